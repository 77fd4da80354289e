import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { MessageSender } from '#shared/identity/send-message.ts';
import type { World } from './vault-world.ts';

/** What `send-message` works with, on a world's tables; mails and text messages go where the test says. */
export const senderOf = (
  world: World,
  { ses, sns }: { ses: SESv2Client; sns: SNSClient },
  sms: Partial<MessageSender['sms']> = {},
): MessageSender => ({
  requests: world.requests,
  sites: world.sites,
  ephemeral: world.ephemeral,
  vault: world.vault,
  codeKey: world.key('code'),
  noticeKey: world.noticeKey,
  mail: { ses, from: 'rights@vendor.example', configurationSet: 'tls' },
  sms: { sns, countries: new Set(['DE']), perDay: 100, ...sms },
  vendor: 'Example Plugins Ltd',
});
