import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { authorityIn, isIssuedBy, serverCertificate } from "../../../local/services/postgres-certificates.ts";
import { der, integer, oid, time } from "../../../local/services/postgres-der.ts";

const directory = mkdtempSync(join(tmpdir(), "slipway certificates "));
afterAll(() => rmSync(directory, { recursive: true }));

describe("the authority", () => {
  const authority = authorityIn(directory);

  test("is made once and kept where only its owner can read it", () => {
    expect(authorityIn(directory)).toEqual(authority);
    expect(statSync(join(directory, "authority.pem")).mode & 0o777).toBe(0o600);
  });

  test("is a certificate authority that signed itself", () => {
    const certificate = new X509Certificate(authority.certificate);
    expect([certificate.ca, certificate.subject, certificate.verify(certificate.publicKey)]).toEqual([
      true,
      "CN=slipway local cloud",
      true,
    ]);
  });

  test("is made anew from a file that was cut", () => {
    const cut = mkdtempSync(join(directory, "cut"));
    writeFileSync(join(cut, "authority.pem"), authority.key);
    expect(new X509Certificate(authorityIn(cut).certificate).ca).toBe(true);
  });

  test("vouches for a server under its own names", async () => {
    const { certificate, key } = serverCertificate(authority);
    expect(new X509Certificate(certificate).subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1");
    expect(new X509Certificate(certificate).checkIssued(new X509Certificate(authority.certificate))).toBe(
      true,
    );
    const server = createServer({ cert: certificate, key }, (_request, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const status = await new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port, ca: authority.certificate, agent: false } as const;
      request(options, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
    await new Promise((resolve) => server.close(resolve));
    expect(status).toBe(200);
  });

  test("knows its own certificates from others", () => {
    const other = authorityIn(join(directory, "other"));
    expect(isIssuedBy(authority, serverCertificate(authority).certificate)).toBe(true);
    expect(isIssuedBy(authority, serverCertificate(other).certificate)).toBe(false);
  });
});

describe("DER", () => {
  test.each([
    [0, "3000"],
    [127, "307f"],
    [128, "308180"],
    [255, "3081ff"],
    [256, "30820100"],
    [65535, "3082ffff"],
  ])("writes a length of %d bytes", (length, head) => {
    expect(
      der(0x30, Buffer.alloc(length))
        .subarray(0, head.length / 2)
        .toString("hex"),
    ).toBe(head);
  });

  test("writes identifiers and numbers", () => {
    expect(oid("1.2.840.10045.4.3.2").toString("hex")).toBe("06082a8648ce3d040302");
    expect(integer(Buffer.from([0x80])).toString("hex")).toBe("02020080");
  });

  test("writes years from 2050 with four digits", () => {
    expect(time(new Date("2049-12-31T23:59:59Z")).toString("latin1")).toBe("\u0017\r491231235959Z");
    expect(time(new Date("2050-01-01T00:00:00Z")).toString("latin1")).toBe("\u0018\u000f20500101000000Z");
  });

  test("keeps the length of what is in it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (content) => {
        fc.pre(content.length < 65_536);
        const bytes = der(0x04, content);
        const head = bytes.length - content.length;
        expect(head).toBe(content.length < 128 ? 2 : content.length < 256 ? 3 : 4);
      }),
      { numRuns: 100 },
    );
  });
});
