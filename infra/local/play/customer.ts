import type { SiteUser } from './site-user.ts';
import {
  languageTagOf,
  type ConsentStatement,
  type RecordsOfUser,
  type UserStatement,
} from './statements.ts';

/** The vendor's own customer: the same person, under a customer number, with the same address. */
export function customerOf({ user }: SiteUser): { consent: ConsentStatement; sent: RecordsOfUser } {
  const since = '2025-05-02T08:00:00Z';
  const customer: UserStatement = {
    id: 'customer-20417',
    registeredAt: since,
    email: { value: user.email, verified: true },
  };
  const language = languageTagOf(user.locale);
  return {
    consent: {
      noticeVersion: '2026-01',
      user: customer,
      decision: 'given',
      purposes: ['terms-accepted'],
      language,
      at: since,
      method: 'order-form',
    },
    sent: {
      user: customer,
      records: [
        {
          dataset: 'licence',
          externalId: 'licence-1',
          collectedAt: since,
          data: { plan: 'Premium', key: 'canary-licence-key-1', seats: 5, validUntil: '2027-05-01' },
        },
        {
          dataset: 'billing',
          externalId: 'invoice-1',
          collectedAt: since,
          data: {
            invoiceNumber: '2025-00731',
            amount: '99.00',
            currency: 'EUR',
            issuedAt: '2025-05-02',
            name: `${user.firstName} ${user.lastName}`,
            address: 'Lindenweg 4, 10115 Berlin',
          },
        },
      ],
    },
  };
}
