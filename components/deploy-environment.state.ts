import type { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { StateBucket } from "./deploy-environment.settings.ts";
import { allow, policyDocument } from "./internal/policy-document.ts";

/** Whose state it is that a role may see. */
export interface StateOf extends StateBucket {
  project: string;
  stack: string;
}

/**
 * The rights to one stack's state in a bucket: all that `preview`, `stack export`, `up`, `refresh` and `cancel` ask of it
 * (CLI v3.253.0, measured 2026-11-22). A run writes the state, its copy, its history and its lock, and deletes the lock only.
 * That something is not there S3 tells to who may list it, with its key as the prefix (ceph/ceph#68577, read 2026-11-22).
 */
export function statePolicy({ bucket, prefix, project, stack }: StateOf, mayWrite: boolean): string {
  const place = prefix === undefined ? ".pulumi" : `${prefix}/.pulumi`;
  const arn = `arn:aws:s3:::${bucket}`;
  const state = `${arn}/${place}/stacks/${project}/${stack}.*`;
  const history = `${arn}/${place}/history/${project}/${stack}/*`;
  const backups = `${arn}/${place}/backups/${project}/${stack}/*`;
  const locks = `${arn}/${place}/locks/organization/${project}/${stack}/*`;
  return policyDocument(
    {
      ...allow("FindState", "s3:ListBucket", arn),
      Condition: { StringLike: { "s3:prefix": [`${place}/*`] } },
    },
    allow("ReadState", "s3:GetObject", [`${arn}/${place}/meta.yaml`, state]),
    ...(mayWrite
      ? [
          allow("ReadRuns", "s3:GetObject", [history, locks]),
          allow("WriteState", "s3:PutObject", [state, history, backups, locks]),
          allow("FreeLock", "s3:DeleteObject", locks),
        ]
      : []),
  );
}

/** Gives a role its rights to the stack's state. */
export function stateRights(
  parent: pulumi.Resource,
  name: string,
  role: Role,
  state: StateBucket,
  mayWrite: boolean,
): void {
  const of = { ...state, project: pulumi.getProject(), stack: pulumi.getStack() };
  new RolePolicy(name, { role: role.name, policy: statePolicy(of, mayWrite) }, { parent });
}
