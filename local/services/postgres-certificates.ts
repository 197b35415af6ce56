import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivately } from "../files.ts";
import { bits, der, integer, octets, oid, sequence, set, time, truth, utf8 } from "./postgres-der.ts";

/** A certificate and its private key, both as PEM text. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

const day = 86_400_000;
const lifetime = 3650 * day;
/** Certificates are made anew when less than this is left of them. */
const reserve = 90 * day;

/**
 * The certificate authority of one local cloud, made on first use and kept in one file of the folder, so that a
 * killed process leaves either none or a whole one.
 */
export function authorityIn(directory: string): Certified {
  const path = join(directory, "authority.pem");
  if (existsSync(path)) {
    const kept = split(readFileSync(path, "utf8"));
    if (kept !== undefined && isFresh(kept.certificate)) return kept;
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const made = newAuthority();
  writePrivately(path, made.key + made.certificate);
  return made;
}

/** A server certificate for this machine's own names, `localhost` and `127.0.0.1`. */
export function serverCertificate(authority: Certified): Certified {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuerKey = createPrivateKey(authority.key);
  const names = sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])));
  return certified(privateKey, {
    subject: "localhost",
    publicKey,
    issuer: authorityName,
    issuerKey,
    extensions: [
      extension("2.5.29.19", sequence(), "critical"),
      extension("2.5.29.15", bits(Buffer.from([0x80]), 7), "critical"),
      extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.17", names),
      authorityKeyOf(createPublicKey(issuerKey)),
    ],
  });
}

/** Whether a certificate is of this authority and good for a while yet. */
export function isIssuedBy(authority: Certified, certificate: string): boolean {
  const issuer = new X509Certificate(authority.certificate);
  return new X509Certificate(certificate).verify(issuer.publicKey) && isFresh(certificate);
}

function isFresh(certificate: string): boolean {
  return Date.parse(new X509Certificate(certificate).validTo) - Date.now() > reserve;
}

const authorityName = "slipway local cloud";

function newAuthority(): Certified {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return certified(privateKey, {
    subject: authorityName,
    publicKey,
    issuer: authorityName,
    issuerKey: privateKey,
    extensions: [
      extension("2.5.29.19", sequence(truth, integer(Buffer.from([0]))), "critical"),
      extension("2.5.29.15", bits(Buffer.from([0x06]), 1), "critical"),
      extension("2.5.29.14", octets(keyIdentifier(publicKey))),
    ],
  });
}

interface Statement {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** Signs a statement as an X.509 version 3 certificate (RFC 5280, 4.1). */
function certified(key: KeyObject, statement: Statement): Certified {
  const now = Date.now();
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    commonName(statement.issuer),
    // A minute of the past, for a clock that is set back.
    sequence(time(new Date(now - 60_000)), time(new Date(now + lifetime))),
    commonName(statement.subject),
    statement.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...statement.extensions)),
  );
  const signature = sign("sha256", body, statement.issuerKey);
  const certificate = new X509Certificate(sequence(body, ecdsaWithSha256, bits(signature)));
  return {
    certificate: certificate.toString(),
    key: key.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

function commonName(text: string): Buffer {
  return sequence(set(sequence(oid("2.5.4.3"), utf8(text))));
}

function extension(id: string, value: Buffer, critical?: "critical"): Buffer {
  return sequence(oid(id), ...(critical === undefined ? [] : [truth]), octets(value));
}

function authorityKeyOf(publicKey: KeyObject): Buffer {
  return extension("2.5.29.35", sequence(der(0x80, keyIdentifier(publicKey))));
}

/** SHA-1 of the public key's bits, which are the last 65 bytes for a key on P-256 (RFC 5280, 4.2.1.2). */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const point = publicKey.export({ type: "spki", format: "der" }).subarray(-65);
  return createHash("sha1").update(point).digest();
}

function split(text: string): Certified | undefined {
  const parts = /^(-----BEGIN PRIVATE KEY-----.*?)(-----BEGIN CERTIFICATE-----.*)$/s.exec(text);
  const [, key, certificate] = parts ?? [];
  return key === undefined || certificate === undefined ? undefined : { key, certificate };
}
