const EMAIL = /[^\s@<>()"',;:]+@[^\s@<>()"',;:]+\.[a-z]{2,}/iu;
/** A run of digits as people write phone numbers, with the separators they use. */
const DIGIT_RUN = /\+?\d[\d\s().•·_/\p{Pd}]*\d/gu;

/**
 * Names contact data in free text: an e-mail address, or a phone number (E.164, or ten digits and more).
 * Contacts of guests are kept out of git; those of crew live in SCC's registry.
 */
export function findContactData(text: string): 'an e-mail address' | 'a phone number' | undefined {
  const plain = text.normalize('NFKC');
  if (EMAIL.test(plain)) return 'an e-mail address';
  return (plain.match(DIGIT_RUN) ?? []).some(isPhoneNumber) ? 'a phone number' : undefined;
}

function isPhoneNumber(run: string): boolean {
  const withoutDates = run.replace(/\d{4}-\d{2}-\d{2}|\b\d{1,2}\/\d{1,2}\/\d{4}\b/g, ' ');
  const digits = withoutDates.replace(/\D/g, '').length;
  return digits >= 10 || (withoutDates.includes('+') && digits >= 8);
}
