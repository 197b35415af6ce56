// The library's containers need what this adds to `Reflect`, so it comes first.
import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key, both as PEM text. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
/** Milliseconds: ten years. */
const lifetime = 3650 * 86_400_000;

/** A new certificate authority that signed itself and may sign servers, but no further authorities. */
export async function makeAuthority(): Promise<Certified> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: "CN=slipway local cloud",
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return asPem(certificate, keys.privateKey);
}

/** A new certificate by which a server proves that it is `localhost` or `127.0.0.1`. */
export async function makeServer(authority: Certified): Promise<Certified> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const issuer = new X509Certificate(authority.certificate);
  const certificate = await X509CertificateGenerator.create({
    ...validity(),
    subject: "CN=localhost",
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
      ]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return asPem(certificate, keys.privateKey);
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  // A minute of the past, for a clock that is set back.
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + lifetime) };
}

function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

async function asPem(certificate: X509Certificate, key: webcrypto.CryptoKey): Promise<Certified> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const exported = createPrivateKey({ key: der, type: "pkcs8", format: "der" });
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: exported.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
