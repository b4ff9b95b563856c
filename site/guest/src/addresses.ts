/** Where the site and the bucket of its photos are: rendered one by one from locals, in a static build from the environment. */
export const addressesOf = (locals: Partial<App.Locals>): { guestUrl: string; photosOrigin: string } => ({
  guestUrl: locals.guestUrl ?? required('GUEST_URL'),
  photosOrigin: locals.photosOrigin ?? required('GUEST_PHOTOS_ORIGIN'),
});

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: a static build of the guest site needs it`);
  return value;
}
