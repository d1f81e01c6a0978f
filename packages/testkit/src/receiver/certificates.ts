import { generateKeyPairSync, randomUUID } from 'node:crypto';
import forge from 'node-forge';

export interface IssuedCertificate {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

export interface CertificateWish {
  /** DNS names and IP addresses that it is good for. Default: localhost and 127.0.0.1. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Signed with its own key instead of the authority's. */
  readonly selfSigned?: boolean;
}

export interface TestAuthority {
  /** PEM; give it to those who shall trust what the authority issues. */
  readonly ca: string;
  issue(wish?: CertificateWish): IssuedCertificate;
}

const dayMs = 86_400_000;
const isAddress = (name: string): boolean => /^[\d.]+$|:/.test(name);

/** A certificate authority that exists only in this process. Keys are made by OpenSSL, once per authority. */
export function createTestAuthority(): TestAuthority {
  const authorityKey = newKey();
  const leafKey = newKey();
  // Two authorities of one name would be taken for each other.
  const subject = [{ name: 'commonName', value: `Fanfare test authority ${randomUUID()}` }];
  let serial = 1;

  const certificate = (
    publicPem: string,
    wish: { subject: forge.pki.CertificateField[]; from: Date; to: Date; extensions: object[] },
    signer: { privatePem: string; issuer: forge.pki.CertificateField[] },
  ): string => {
    const made = forge.pki.createCertificate();
    made.publicKey = forge.pki.publicKeyFromPem(publicPem);
    made.serialNumber = (serial++).toString(16).padStart(4, '0');
    made.validity.notBefore = wish.from;
    made.validity.notAfter = wish.to;
    made.setSubject(wish.subject);
    made.setIssuer(signer.issuer);
    made.setExtensions(wish.extensions);
    made.sign(forge.pki.privateKeyFromPem(signer.privatePem), forge.md.sha256.create());
    return forge.pki.certificateToPem(made);
  };

  const now = Date.now();
  const ca = certificate(
    authorityKey.publicPem,
    {
      subject,
      from: new Date(now - 3_650 * dayMs),
      to: new Date(now + 3_650 * dayMs),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    },
    { privatePem: authorityKey.privatePem, issuer: subject },
  );

  return {
    ca,
    issue({ names = ['localhost', '127.0.0.1'], notBefore, notAfter, selfSigned = false } = {}) {
      const own = [{ name: 'commonName', value: names[0] ?? 'nobody' }];
      const cert = certificate(
        leafKey.publicPem,
        {
          subject: own,
          from: notBefore ?? new Date(now - dayMs),
          to: notAfter ?? new Date(now + 30 * dayMs),
          extensions: [
            { name: 'basicConstraints', cA: false },
            { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
            { name: 'extKeyUsage', serverAuth: true },
            {
              name: 'subjectAltName',
              // RFC 5280: type 7 is an address, type 2 a DNS name.
              altNames: names.map((name) =>
                isAddress(name) ? { type: 7, ip: name } : { type: 2, value: name },
              ),
            },
          ],
        },
        selfSigned
          ? { privatePem: leafKey.privatePem, issuer: own }
          : { privatePem: authorityKey.privatePem, issuer: subject },
      );
      return { key: leafKey.privatePem, cert };
    },
  };
}

function newKey(): { privatePem: string; publicPem: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privatePem: pair.privateKey, publicPem: pair.publicKey };
}
