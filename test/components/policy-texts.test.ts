import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { readerPolicy, tlsOnlyPolicy, writerPolicy } from "../../components/backup-bucket.policies.ts";
import {
  deployPolicy,
  drillPolicy,
  previewPolicy,
  trustPolicy,
} from "../../components/deploy-environment.policies.ts";
import {
  copierPolicy,
  copierTrust,
  filesPolicy,
  productPolicy,
} from "../../components/file-store.policies.ts";

const account = "arn:aws:iam::123456789012";
const [bucketArn, filesArn, copyArn] = ["acme-backups", "acme-files", "acme-files-copy"].map(
  (name) => `arn:aws:s3:::${name}`,
) as [string, string, string];
const rights = {
  roleArns: [`${account}:role/acme`],
  bucketArn,
  userArns: [`${account}:user/writer`, `${account}:user/reader`],
};
const files = {
  bucketArns: [filesArn, copyArn],
  userArn: `${account}:user/product`,
  roleArns: [`${account}:role/copier`],
};
const texts = {
  trust: trustPolicy("acme/site", "production", { accountId: "123456789012", subjectFormat: "names" }),
  deploy: deployPolicy({ ...rights, isProtected: false }),
  deployProtected: deployPolicy({ ...rights, isProtected: true }),
  deployFiles: deployPolicy({ ...rights, isProtected: false, files }),
  deployFilesWithoutCopy: deployPolicy({ ...rights, isProtected: true, files: { ...files, roleArns: [] } }),
  preview: previewPolicy(rights),
  previewFiles: previewPolicy({ ...rights, files }),
  drill: drillPolicy(bucketArn),
  tlsOnly: tlsOnlyPolicy(bucketArn),
  writer: writerPolicy(bucketArn, "db/"),
  reader: readerPolicy(bucketArn, "db/"),
  files: filesPolicy(filesArn, "files/", 900),
  product: productPolicy(filesArn, "files/"),
  copierTrust: copierTrust(filesArn),
  copier: copierPolicy(filesArn, copyArn, { prefix: "files/", copiesDeletions: false }),
  copierOfDeletions: copierPolicy(filesArn, copyArn, { prefix: "files/", copiesDeletions: true }),
};
const written: Record<string, unknown> = JSON.parse(
  readFileSync(new URL("policy-texts.json", import.meta.url), "utf8"),
);

// Stacks have these texts: another one of the same meaning would be a change in every preview.
test.each(Object.entries(texts))("the policy %s is the text that it was", (name, text) => {
  expect(text).toBe(JSON.stringify(written[name]));
});

test("every text that was written is one of these", () => {
  expect(Object.keys(texts)).toEqual(Object.keys(written));
});
