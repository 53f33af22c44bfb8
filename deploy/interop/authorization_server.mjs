// The authorization server of an EHR, as SMART Backend Services defines it: client credentials with
// private_key_jwt, signed ES384 or RS384, and nothing else.
// usage: node authorization_server.mjs PORT KEY_FOLDER
// Writes KEY_FOLDER/ES384.pem and KEY_FOLDER/RS384.pem (PKCS#8), the private keys of its clients.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as jose from 'jose';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const folder = process.argv[3];
const issuer = `http://127.0.0.1:${port}`;
const scope = 'system/Patient.rs system/Encounter.rus system/Observation.rs system/Condition.rs system/AllergyIntolerance.rs system/MedicationRequest.rs system/*.rs system/*.read system/*.write';

async function client(algorithm) {
  const { privateKey, publicKey } = await jose.generateKeyPair(algorithm, { extractable: true });
  writeFileSync(join(folder, `${algorithm}.pem`), await jose.exportPKCS8(privateKey), { mode: 0o600 });
  const kid = `medconnect-${algorithm.toLowerCase()}`;
  return {
    client_id: kid,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: algorithm,
    jwks: { keys: [{ ...(await jose.exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }] },
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope,
  };
}

const signing = await jose.generateKeyPair('RS256', { extractable: true });
const provider = new Provider(issuer, {
  jwks: { keys: [{ ...(await jose.exportJWK(signing.privateKey)), kid: 'server', alg: 'RS256', use: 'sig' }] },
  clients: [await client('ES384'), await client('RS384')],
  scopes: scope.split(' '),
  enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS384'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => `${issuer}/fhir`,
      useGrantedResource: () => true,
      getResourceServerInfo: (_context, resource) => ({
        scope,
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  ttl: { ClientCredentials: 300 },
});
provider.listen(port, '127.0.0.1', () => console.log(`listening on ${issuer}`));
