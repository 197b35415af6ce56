/** One statement of a policy at AWS. */
interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The text of a policy at AWS. */
export const policyDocument = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Lets whoever has the policy do these things there. */
export const allow = (
  Sid: string,
  Action: string | readonly string[],
  Resource: string | readonly string[],
): Statement => ({ Sid, Effect: "Allow", Action, Resource });

/** Refuses everyone who does not use TLS, for a bucket and for what is in it. */
export const tlsOnly = (bucketArn: string): Statement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
