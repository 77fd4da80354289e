import * as z from 'zod';
import { country } from './country.ts';
import { timeZone } from './time-zone.ts';

/** Printable text; line breaks and tabs only where `lines` says so. What is shown to people holds no control characters. */
const line = (longest: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'control characters are not accepted');
const lines = (longest: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^(?:[^\p{Cc}\p{Cf}]|[\n\t])*$/u, 'control characters are not accepted');

/** Who decides over a site's data (GDPR Art. 4(7)), as stated at enrolment. */
export const controllerStatement = z.strictObject({
  name: line(200).meta({ description: 'Name of the company or person, as people know it' }),
  contactEmail: z.email().max(254),
  country: country.meta({ description: 'Seat, ISO 3166-1 alpha-2' }),
  timeZone: timeZone.meta({ description: 'IANA name, for due dates' }),
});

/** The controller's own words for the answer of GDPR Art. 15(1) and (2); what is left out falls back to the data map. */
export const controllerInformation = z.strictObject({
  recipients: z.array(line(200)).max(50).meta({ description: 'By name (CJEU C-154/21)' }),
  transfers: lines(2000).optional().meta({ description: 'Transfers outside the EEA and their safeguards' }),
  automatedDecisions: lines(2000)
    .optional()
    .meta({ description: 'Art. 22: whether they exist, and their logic' }),
  supervisoryAuthority: line(300).optional(),
  dataProtectionOfficer: line(300).optional(),
});

export type ControllerStatement = z.output<typeof controllerStatement>;
export type ControllerInformation = z.output<typeof controllerInformation>;
