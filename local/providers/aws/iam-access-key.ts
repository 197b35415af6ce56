import { createHmac } from "node:crypto";
import type { AccessKeyMetadata } from "@aws-sdk/client-iam";
import type { Properties, ResourceHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";
import { unlessMissing } from "./errors.ts";
import { given, text, textIfGiven, unsupported } from "./values.ts";

const missing = "NoSuchEntity";

/** `aws:iam/accessKey:AccessKey`. AWS gives the secret once, so a read keeps the one that is known. */
export function accessKey(aws: Aws): ResourceHandler {
  const { iam } = aws;

  const keysOf = async (UserName: string): Promise<AccessKeyMetadata[]> => {
    const found = await unlessMissing(iam.listAccessKeys({ UserName }), missing);
    return found?.AccessKeyMetadata ?? [];
  };

  /** For an import, which has nothing but the id. */
  const userOf = async (AccessKeyId: string): Promise<string | undefined> =>
    (await unlessMissing(iam.getAccessKeyLastUsed({ AccessKeyId }), missing))?.UserName;

  return {
    check: (inputs) => unsupported(inputs, { pgpKey: "it encrypts nothing with PGP" }),
    create: async (inputs) => {
      const UserName = text(inputs, "user");
      const { AccessKey: made } = await iam.createAccessKey({ UserName });
      if (made?.AccessKeyId === undefined || made.SecretAccessKey === undefined) {
        throw new Error(`AWS answered without a key for the user ${UserName}`);
      }
      const { AccessKeyId, SecretAccessKey } = made;
      const status = text(inputs, "status");
      if (status === "Inactive") await iam.updateAccessKey({ UserName, AccessKeyId, Status: status });
      return {
        id: AccessKeyId,
        state: {
          createDate: dateText(made.CreateDate),
          secret: SecretAccessKey,
          sesSmtpPasswordV4: smtpPassword(SecretAccessKey, aws.region),
          status,
          user: UserName,
        },
      };
    },
    read: async (id, inputs, known) => {
      const userName = textIfGiven({ ...known, ...inputs }, "user") ?? (await userOf(id));
      if (userName === undefined) return undefined;
      const key = (await keysOf(userName)).find(({ AccessKeyId }) => AccessKeyId === id);
      if (key === undefined) return undefined;
      const secrets = given({ secret: known["secret"], sesSmtpPasswordV4: known["sesSmtpPasswordV4"] });
      return {
        id,
        state: {
          createDate: dateText(key.CreateDate),
          status: key.Status ?? "Active",
          user: userName,
          ...secrets,
        },
      };
    },
    update: async (id, inputs, old) => {
      const Status = text(inputs, "status") === "Inactive" ? "Inactive" : "Active";
      await iam.updateAccessKey({ UserName: text(old, "user"), AccessKeyId: id, Status });
      return { ...old, status: Status };
    },
    delete: async (id, old) => {
      await unlessMissing(iam.deleteAccessKey({ UserName: text(old, "user"), AccessKeyId: id }), missing);
    },
    // Nothing but its age tells a key that an interrupted run made from the user's others: it is the newest.
    find: async (inputs: Properties) =>
      (await keysOf(text(inputs, "user"))).sort((left, right) => age(left) - age(right)).at(-1)?.AccessKeyId,
  };
}

function age({ CreateDate }: AccessKeyMetadata): number {
  return CreateDate?.getTime() ?? 0;
}

function dateText(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Password for SES's SMTP interface (Amazon SES Developer Guide, "Obtaining SMTP credentials", read 2026-11-21). */
export function smtpPassword(secret: string, region: string): string {
  const signature = ["11111111", region, "ses", "aws4_request", "SendRawEmail"].reduce<Buffer>(
    (key, text) => createHmac("sha256", key).update(text).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  return Buffer.concat([Buffer.from([4]), signature]).toString("base64");
}
