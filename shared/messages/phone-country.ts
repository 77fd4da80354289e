import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';

/**
 * Whose mobile number this is: ISO 3166-1 alpha-2, or undefined where the plan of no country has it as one. Calling codes
 * do not tell (+1 leads to the Caribbean, +44 to Guernsey, at ten times the price), and neither landlines nor premium
 * numbers are written to: that is where toll fraud is made (A28).
 */
export function mobileCountry(phone: string): string | undefined {
  const number = parsePhoneNumberFromString(phone);
  return number?.isValid() === true ? number.country : undefined;
}
