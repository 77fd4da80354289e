import * as z from 'zod';
import { variables } from '#shared/aws/variables.ts';

export const sendMessageEnvironment = z.object(variables).pick({
  REQUESTS_TABLE_NAME: true,
  KEYS_TABLE_NAME: true,
  SITES_TABLE_NAME: true,
  EPHEMERAL_TABLE_NAME: true,
  WRAP_REQUEST_KEY_ID: true,
  CODE_KEY_ID: true,
  NOTICE_KEY_ID: true,
  MAIL_FROM: true,
  MAIL_CONFIGURATION_SET: true,
  SMS_COUNTRIES: true,
  SMS_PER_DAY: true,
  SMS_SENDER_ID: true,
  VENDOR_NAME: true,
});
