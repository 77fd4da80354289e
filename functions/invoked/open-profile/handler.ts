import { v7 as uuid } from 'uuid';
import { dynamoClient } from '#shared/aws/dynamo.ts';
import { readEnvironment } from '#shared/aws/environment.ts';
import { kmsClient } from '#shared/aws/kms.ts';
import { openTable } from '#shared/aws/table.ts';
import { wrapNewKey } from '#shared/keys/wrapping.ts';
import { createTask } from '#shared/observability/task-handler.ts';
import { openProfile } from '#shared/profiles/open-profile.ts';
import { findProfileOf } from '#shared/profiles/profile-store.ts';
import { openProfileInput } from './contract.ts';
import { openProfileEnvironment } from './environment.ts';

const environment = readEnvironment(openProfileEnvironment);
const dynamo = dynamoClient();
const kms = kmsClient();
const directory = openTable(dynamo, environment.DIRECTORY_TABLE_NAME);
const keys = openTable(dynamo, environment.KEYS_TABLE_NAME);
const ordinary = { kms, keyId: environment.WRAP_ORDINARY_KEY_ID };
const retained = { kms, keyId: environment.WRAP_RETAINED_KEY_ID };

/** Opens the profile of a site's user, with its keys. It mints keys and can open none. */
export const handler = createTask('open-profile', openProfileInput, async (user, { now }) => {
  const standing = await findProfileOf(directory, user);
  if (standing && standing.profileId !== user.replaces) return { profileId: standing.profileId };
  const profileId = uuid();
  const owner = `P#${profileId}` as const;
  const fresh = {
    profileId,
    at: now.toISOString(),
    ordinary: await wrapNewKey(ordinary, owner, 'ordinary'),
    retained: await wrapNewKey(retained, owner, 'retained'),
  };
  return { profileId: await openProfile({ directory, keys }, user, fresh) };
});
