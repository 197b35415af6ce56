import type { IAM } from "@aws-sdk/client-iam";
import { absentAtAws } from "./aws-answers.ts";
import { documentOf } from "./bucket.ts";
import { differences } from "./differences.ts";
import { type Notes, told } from "./finding.ts";
import { ofType, type StackState, type StateResource, textOf } from "./state.ts";

const remove = "remove it: nothing of slipway made it";

/** Users and roles at AWS: their rights, their keys, and who may take a role. */
export async function identityDrift(notes: Notes, state: StackState, iam: IAM): Promise<void> {
  for (const { inputs } of ofType(state, "aws:iam/user:User")) {
    const UserName = textOf(inputs["name"]);
    const name = `user ${UserName}`;
    const keys = await absentAtAws(
      notes,
      `keys of ${name}`,
      async () => (await iam.listAccessKeys({ UserName })).AccessKeyMetadata ?? [],
    );
    if (keys === undefined) {
      notes.gone(name);
      continue;
    }
    if (keys !== "unknown") keyDrift(notes, name, keysOf(state, UserName), keys);
    const groups = await absentAtAws(
      notes,
      `groups of ${name}`,
      async () => (await iam.listGroupsForUser({ UserName })).Groups ?? [],
    );
    if (Array.isArray(groups))
      for (const { GroupName } of groups)
        notes.drift("identity", name, `is in the group ${told(GroupName)}, and has its rights`, remove);
    await rightsDrift(
      notes,
      name,
      ofType(state, "aws:iam/userPolicy:UserPolicy").filter((one) => one.inputs["user"] === UserName),
      {
        names: async () => (await iam.listUserPolicies({ UserName })).PolicyNames ?? [],
        attached: async () => (await iam.listAttachedUserPolicies({ UserName })).AttachedPolicies ?? [],
        document: async (PolicyName) => (await iam.getUserPolicy({ UserName, PolicyName })).PolicyDocument,
      },
    );
  }
  for (const { inputs } of ofType(state, "aws:iam/role:Role")) {
    const RoleName = textOf(inputs["name"]);
    const name = `role ${RoleName}`;
    const role = await absentAtAws(notes, name, async () => (await iam.getRole({ RoleName })).Role);
    if (role === "unknown") continue;
    if (role === undefined) {
      notes.gone(name);
      continue;
    }
    const trusted = documentOf(decodeURIComponent(role.AssumeRolePolicyDocument ?? ""));
    for (const { path, was, is } of differences(documentOf(inputs["assumeRolePolicy"]), trusted))
      notes.drift(
        "identity",
        name,
        `who may take it was changed: ${path} is ${told(is)}; the program says ${told(was)}`,
      );
    await rightsDrift(
      notes,
      name,
      ofType(state, "aws:iam/rolePolicy:RolePolicy").filter((one) => one.inputs["role"] === RoleName),
      {
        names: async () => (await iam.listRolePolicies({ RoleName })).PolicyNames ?? [],
        attached: async () => (await iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies ?? [],
        document: async (PolicyName) => (await iam.getRolePolicy({ RoleName, PolicyName })).PolicyDocument,
      },
    );
  }
}

const keysOf = (state: StackState, user: string): string[] =>
  ofType(state, "aws:iam/accessKey:AccessKey")
    .filter(({ inputs }) => inputs["user"] === user)
    .map(({ id }) => id);

function keyDrift(
  notes: Notes,
  name: string,
  made: readonly string[],
  live: readonly { AccessKeyId?: string | undefined; Status?: string | undefined }[],
): void {
  for (const { AccessKeyId = "", Status } of live)
    if (!made.includes(AccessKeyId))
      notes.drift(
        "identity",
        name,
        `has the access key ${told(AccessKeyId)}, which the program did not make`,
        remove,
      );
    else if (Status !== "Active")
      notes.drift("identity", name, `access key ${told(AccessKeyId)} is switched off`);
  for (const key of made)
    if (!live.some(({ AccessKeyId }) => AccessKeyId === key))
      notes.gone(`access key ${told(key)} of ${name}`);
}

interface Rights {
  names: () => Promise<string[]>;
  attached: () => Promise<{ PolicyName?: string | undefined }[]>;
  document: (name: string) => Promise<string | undefined>;
}

async function rightsDrift(
  notes: Notes,
  identity: string,
  made: readonly StateResource[],
  { names, attached, document }: Rights,
): Promise<void> {
  const rights = `rights of ${identity}`;
  for (const { inputs, outputs } of made) {
    const name = textOf(inputs["name"]) || textOf(outputs["name"]);
    const found = await absentAtAws(notes, rights, () => document(name));
    if (found === undefined) notes.gone(rights);
    else if (found !== "unknown")
      for (const { path } of differences(documentOf(inputs["policy"]), documentOf(decodeURIComponent(found))))
        notes.drift("identity", identity, `its rights were changed at ${told(path)}`);
  }
  const ours = made.map(({ inputs, outputs }) => textOf(inputs["name"]) || textOf(outputs["name"]));
  const inline = await absentAtAws(notes, rights, names);
  if (Array.isArray(inline))
    for (const name of inline.filter((one) => !ours.includes(one)))
      notes.drift(
        "identity",
        identity,
        `has the rights ${told(name)}, which the program did not give`,
        remove,
      );
  const managed = await absentAtAws(notes, rights, attached);
  if (Array.isArray(managed))
    for (const { PolicyName } of managed)
      notes.drift(
        "identity",
        identity,
        `has the policy ${told(PolicyName)}, which the program did not attach`,
        remove,
      );
}
