import { AccessKey } from "@pulumi/aws/iam/accessKey.js";
import { User } from "@pulumi/aws/iam/user.js";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { nameLimits, physicalName } from "./names.ts";

/** Who an identity is, and what it may do. */
export interface AccessIdentityArgs {
  /** What its name at AWS starts with. */
  namedAs: string;
  /** What it is there for, the end of its names. */
  role: string;
  policy: pulumi.Input<string>;
}

/** A user at AWS with rights of its own and one key, which must be replaceable: what protects the parent does not reach it. */
export function accessIdentity(
  name: string,
  { namedAs, role, policy }: AccessIdentityArgs,
  parent: pulumi.Resource,
) {
  const open = { parent, protect: false };
  const user = new User(
    `${name}-${role}`,
    { name: physicalName([namedAs, role, pulumi.getStack()], nameLimits.iamUser) },
    open,
  );
  const rights = new UserPolicy(`${name}-${role}-rights`, { user: user.name, policy }, open);
  // Whoever gets the key must find its rights in force.
  const key = new AccessKey(`${name}-${role}-key`, { user: user.name }, { ...open, dependsOn: [rights] });
  return { arn: user.arn, keyId: key.id, secret: pulumi.secret(key.secret) };
}
