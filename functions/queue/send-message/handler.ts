import * as z from 'zod';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { sesClient } from '#shared/aws/ses.ts';
import { snsClient } from '#shared/aws/sns.ts';
import { openTable } from '#shared/aws/table.ts';
import { sendContactCode } from '#shared/identity/send-contact-code.ts';
import { sendMessage } from '#shared/identity/send-message.ts';
import { createQueueConsumer } from '#shared/observability/queue-handler.ts';
import { wantedMessage } from '#shared/requests/effects.ts';
import { wantedContactCode } from '#shared/sites/ask-contact.ts';
import { sendMessageEnvironment } from './environment.ts';

const environment = readEnvironment(sendMessageEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const sender = {
  requests: openTable(dynamo, environment.REQUESTS_TABLE_NAME),
  sites: openTable(dynamo, environment.SITES_TABLE_NAME),
  ephemeral: openTable(dynamo, environment.EPHEMERAL_TABLE_NAME),
  vault: {
    keys: openTable(dynamo, environment.KEYS_TABLE_NAME),
    wrapping: { request: { kms, keyId: environment.WRAP_REQUEST_KEY_ID } },
  },
  codeKey: { kms, keyId: environment.CODE_KEY_ID },
  noticeKey: { kms, keyId: environment.NOTICE_KEY_ID },
  mail: {
    ses: sesClient(),
    from: environment.MAIL_FROM,
    configurationSet: environment.MAIL_CONFIGURATION_SET,
  },
  sms: {
    sns: snsClient(),
    countries: environment.SMS_COUNTRIES,
    perDay: environment.SMS_PER_DAY,
    senderId: environment.SMS_SENDER_ID,
  },
  vendor: environment.VENDOR_NAME,
};

export const handler = createQueueConsumer(
  'send-message',
  z.union([wantedMessage, wantedContactCode]),
  async (wanted, { log, now }) => {
    if ('siteId' in wanted) {
      const state = await sendContactCode(sender, wanted, now);
      log.info('contact-code-ended', { siteId: wanted.siteId, state });
      return;
    }
    const { requestId, messageId } = wanted;
    const state = await sendMessage(sender, requestId, messageId, now, log);
    log.info('message-ended', { requestId, state });
  },
);
