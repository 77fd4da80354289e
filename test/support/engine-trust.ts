/** Vitest setup file: the AWS clients of this worker call the run's engine as root, and trust its certificate. */
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { inject } from 'vitest';
import { clientEnvironment } from '#infra/local/engine-clients.ts';

const engine = inject('engine');
tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(engine.caFile, 'utf8')]);
// Without the variables that name certificates: those would reach each child of a test, pip and npm included.
const { AWS_CA_BUNDLE: _aws, NODE_EXTRA_CA_CERTS: _node, ...variables } = clientEnvironment(engine);
Object.assign(process.env, variables);
