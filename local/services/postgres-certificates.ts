import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivately } from "../files.ts";
import type { Certified } from "./postgres-x509.ts";

export type { Certified } from "./postgres-x509.ts";

/** Milliseconds: certificates are made anew when less than this is left of them. */
const reserve = 90 * 86_400_000;

// The library takes a tenth of a second to load, and most commands find what it made before.
const making = () => import("./postgres-x509.ts");

/**
 * The certificate authority of one local cloud, made on first use and kept in one file of the folder, so that a
 * killed process leaves either none or a whole one. Calls at once get the same.
 */
export async function authorityIn(directory: string): Promise<Certified> {
  const path = join(directory, "authority.pem");
  const kept = readAuthority(path);
  if (kept !== undefined) return kept;
  const made = await (await making()).makeAuthority();
  // Another call may have been first meanwhile.
  const first = readAuthority(path);
  if (first !== undefined) return first;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writePrivately(path, made.key + made.certificate);
  return made;
}

/** A server certificate for this machine's own names, `localhost` and `127.0.0.1`. */
export async function serverCertificate(authority: Certified): Promise<Certified> {
  return await (await making()).makeServer(authority);
}

/** Whether a certificate is of this authority and good for a while yet. */
export function isIssuedBy(authority: Certified, certificate: string): boolean {
  const issuer = new X509Certificate(authority.certificate);
  return new X509Certificate(certificate).verify(issuer.publicKey) && isFresh(certificate);
}

function isFresh(certificate: string): boolean {
  return Date.parse(new X509Certificate(certificate).validTo) - Date.now() > reserve;
}

function readAuthority(path: string): Certified | undefined {
  if (!existsSync(path)) return undefined;
  const parts = /^(-----BEGIN PRIVATE KEY-----.*?)(-----BEGIN CERTIFICATE-----.*)$/s.exec(
    readFileSync(path, "utf8"),
  );
  const [, key, certificate] = parts ?? [];
  if (key === undefined || certificate === undefined || !isFresh(certificate)) return undefined;
  return { key, certificate };
}
