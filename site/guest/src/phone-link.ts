/** `tel:+16195550142` of `+1 619 555 0142`. */
export const phoneLink = (phone: string): string => `tel:${phone.replaceAll(/[^\d+]/g, '')}`;
