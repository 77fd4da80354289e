import type { BundleContent, ControllerFacts, RecordFile } from './bundle-content.ts';
import type { ExportRecord } from './export-record.ts';
import { jsonListFile } from './json-list-file.ts';
import { recordsOf } from './record-lines.ts';

/** Decisions as concepts of the W3C Data Privacy Vocabulary. */
const states: Readonly<Record<string, string>> = {
  given: 'dpv:ConsentGiven',
  refused: 'dpv:ConsentRefused',
  withdrawn: 'dpv:ConsentWithdrawn',
};

/** `data/consents.json`: the person's consents at every controller, under the field names of ISO/IEC TS 27560:2023. */
export const consentsFile = (content: BundleContent, files: readonly RecordFile[]): AsyncGenerator<Buffer> =>
  jsonListFile({ standard: 'ISO/IEC TS 27560:2023' }, 'records', consents(content, files));

async function* consents(content: BundleContent, files: readonly RecordFile[]): AsyncGenerator<object[]> {
  for (const file of files) {
    const controller = content.controllers.find(({ controllerId }) => controllerId === file.controllerId);
    if (!controller) continue;
    for await (const page of recordsOf(file)) {
      yield page.map((record) => consentRecord(content, controller, record));
    }
  }
}

function consentRecord(
  { request, issuer }: BundleContent,
  controller: ControllerFacts,
  record: ExportRecord,
): object {
  const { data } = record;
  // The person of this request; no identifier of the person is needed to say so.
  const person = `urn:uuid:${request.requestId}`;
  return {
    schema_version: 'ISO/IEC TS 27560:2023',
    record_id: record.recordId,
    pii_principal_id: person,
    pii_processing: {
      privacy_notice: { version: data['noticeVersion'], wording_digest: data['wordingDigest'] },
      language: data['language'],
      purposes: data['purposes'],
      lawful_basis: 'consent',
      pii_controllers: [
        {
          id: controller.controllerId,
          name: controller.name,
          contact: controller.contact,
          country: controller.country,
        },
      ],
      collection_method: data['method'],
      recipient_third_parties: controller.kind === 'site' ? [{ name: issuer.name, role: 'processor' }] : [],
      withdrawal_method: { contact: controller.contact },
      privacy_rights: [
        'eu-gdpr:A7-3',
        'eu-gdpr:A15',
        'eu-gdpr:A16',
        'eu-gdpr:A17',
        'eu-gdpr:A18',
        'eu-gdpr:A20',
        'eu-gdpr:A77',
      ],
    },
    events: [
      {
        event_time: data['at'],
        event_type: 'decision',
        event_state: states[String(data['decision'])] ?? data['decision'],
        entity_id: person,
        recorded_at: record.storedAt,
      },
    ],
  };
}
