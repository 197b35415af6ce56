import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  authorityIn,
  type Certified,
  isIssuedBy,
  serverCertificate,
} from "../../../local/services/postgres-certificates.ts";

const directory = mkdtempSync(join(tmpdir(), "slipway certificates "));
let authority: Certified;
beforeAll(async () => {
  authority = await authorityIn(directory);
});
afterAll(() => rmSync(directory, { recursive: true }));

const daysLeft = (certificate: string): number =>
  Math.round((Date.parse(new X509Certificate(certificate).validTo) - Date.now()) / 86_400_000);

/** The status that a server with this certificate answers with, to a client that trusts the authority alone. */
async function statusOf(server: Certified, host: string): Promise<number | undefined> {
  const listener = createServer({ cert: server.certificate, key: server.key }, (_request, response) =>
    response.end("hello"),
  );
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  const port = typeof address === "object" ? address?.port : undefined;
  try {
    return await new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port, servername: host, ca: authority.certificate, agent: false };
      request(options, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
  } finally {
    await new Promise((resolve) => listener.close(resolve));
  }
}

describe("the authority", () => {
  test("is made once and kept where only its owner can read it", async () => {
    expect(await authorityIn(directory)).toEqual(authority);
    expect(statSync(join(directory, "authority.pem")).mode & 0o777).toBe(0o600);
  });

  test("is the same for calls at once", async () => {
    const fresh = mkdtempSync(join(directory, "fresh"));
    const [one, two, three] = await Promise.all([authorityIn(fresh), authorityIn(fresh), authorityIn(fresh)]);
    expect([two, three]).toEqual([one, one]);
    expect(await authorityIn(fresh)).toEqual(one);
  });

  test("is a certificate authority that signed itself, for ten years", () => {
    const certificate = new X509Certificate(authority.certificate);
    expect([certificate.ca, certificate.subject, certificate.verify(certificate.publicKey)]).toEqual([
      true,
      "CN=slipway local cloud",
      true,
    ]);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    expect(daysLeft(authority.certificate)).toBe(3650);
  });

  test("is made anew from a file that was cut", async () => {
    const cut = mkdtempSync(join(directory, "cut"));
    writeFileSync(join(cut, "authority.pem"), authority.key);
    const made = await authorityIn(cut);
    expect(new X509Certificate(made.certificate).ca).toBe(true);
    expect(await authorityIn(cut)).toEqual(made);
  });

  test("knows its own certificates from others", async () => {
    const other = await authorityIn(join(directory, "other"));
    expect(isIssuedBy(authority, (await serverCertificate(authority)).certificate)).toBe(true);
    expect(isIssuedBy(authority, (await serverCertificate(other)).certificate)).toBe(false);
  });
});

describe("a server's certificate", () => {
  test("is the authority's, for its own names and for serving alone", async () => {
    const { certificate } = await serverCertificate(authority);
    const read = new X509Certificate(certificate);
    expect(read.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(read.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1");
    expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(read.ca).toBe(false);
    expect(daysLeft(certificate)).toBe(3650);
  });

  test("is another one with another number each time", async () => {
    const [one, two] = await Promise.all([serverCertificate(authority), serverCertificate(authority)]);
    expect(new X509Certificate(one.certificate).serialNumber).not.toBe(
      new X509Certificate(two.certificate).serialNumber,
    );
    expect(one.key).not.toBe(two.key);
  });

  test.each(["localhost", ""])("is believed by a client that asks for %j", async (host) => {
    expect(await statusOf(await serverCertificate(authority), host)).toBe(200);
  });

  test("fails at a client that trusts another authority", async () => {
    const other = await authorityIn(join(directory, "other"));
    await expect(statusOf(await serverCertificate(other), "localhost")).rejects.toThrow(
      "unable to verify the first certificate",
    );
  });
});
