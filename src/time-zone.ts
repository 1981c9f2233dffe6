/** What counts as a time zone, for everybody who stores one. */

const LONGEST = 60;

/** Only names from the IANA list: an offset like "+02:00" would forget the summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name) || name.length > LONGEST) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
