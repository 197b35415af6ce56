import type { Role } from "@aws-sdk/client-iam";
import type { Properties, ResourceHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";
import { unlessMissing } from "./errors.ts";
import { policyFaults, policyState, samePolicy, withPolicyText } from "./policies.ts";
import { surplusKeys, tagState, tagsFor } from "./tags.ts";
import { given, isTrue, numberIfGiven, text, textIfGiven, unsupported } from "./values.ts";

const missing = "NoSuchEntity";

/** `aws:iam/role:Role`. Policies in it are resources of their own; the published provider's deprecated lists are not taken. */
export function role(aws: Aws): ResourceHandler {
  const { iam } = aws;

  const read = async (RoleName: string, known: Properties): Promise<Properties | undefined> => {
    const found = await unlessMissing(iam.getRole({ RoleName }), missing);
    if (found?.Role === undefined) return undefined;
    const { Tags } = await iam.listRoleTags({ RoleName });
    return { ...roleState(found.Role, known), ...tagState(aws, Tags, known) };
  };

  const state = async (name: string, known: Properties): Promise<Properties> => {
    const found = await read(name, known);
    if (found === undefined) throw new Error(`the role ${name} was gone right after it was written`);
    return found;
  };

  return {
    defaults: (inputs) => withPolicyText(inputs, "assumeRolePolicy"),
    check: (inputs) => [
      ...unsupported(inputs, {
        inlinePolicies: "use aws.iam.RolePolicy",
        managedPolicyArns: "use aws.iam.RolePolicyAttachment",
        namePrefix: "give name, or leave both out for a made-up name",
      }),
      ...policyFaults(inputs, "assumeRolePolicy"),
    ],
    equal: (property, old, wanted) => property === "assumeRolePolicy" && samePolicy(old, wanted),
    create: async (inputs) => {
      const RoleName = text(inputs, "name");
      await iam.createRole({
        RoleName,
        AssumeRolePolicyDocument: text(inputs, "assumeRolePolicy"),
        Tags: tagsFor(aws, inputs),
        ...given({
          Description: textIfGiven(inputs, "description"),
          MaxSessionDuration: numberIfGiven(inputs, "maxSessionDuration"),
          Path: textIfGiven(inputs, "path"),
          PermissionsBoundary: textIfGiven(inputs, "permissionsBoundary"),
        }),
      });
      return { id: RoleName, state: await state(RoleName, inputs) };
    },
    read: async (id, inputs, known) => {
      const found = await read(id, { ...known, ...inputs });
      return found === undefined ? undefined : { id, state: found };
    },
    update: async (RoleName, inputs, old) => {
      const PolicyDocument = text(inputs, "assumeRolePolicy");
      if (!samePolicy(old["assumeRolePolicy"], PolicyDocument)) {
        await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument });
      }
      const Description = text(inputs, "description");
      const MaxSessionDuration = numberIfGiven(inputs, "maxSessionDuration");
      if (
        Description !== text(old, "description") ||
        MaxSessionDuration !== numberIfGiven(old, "maxSessionDuration")
      ) {
        await iam.updateRole({ RoleName, Description, ...given({ MaxSessionDuration }) });
      }
      const boundary = textIfGiven(inputs, "permissionsBoundary");
      if (boundary !== undefined)
        await iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: boundary });
      else if (textIfGiven(old, "permissionsBoundary") !== undefined) {
        await iam.deleteRolePermissionsBoundary({ RoleName });
      }
      const Tags = tagsFor(aws, inputs);
      const TagKeys = surplusKeys(old, Tags);
      if (TagKeys.length > 0) await iam.untagRole({ RoleName, TagKeys });
      if (Tags.length > 0) await iam.tagRole({ RoleName, Tags });
      return state(RoleName, inputs);
    },
    delete: async (RoleName, old) => {
      if (isTrue(old, "forceDetachPolicies")) await unlessMissing(detachAll(aws, RoleName), missing);
      await unlessMissing(iam.deleteRole({ RoleName }), missing);
    },
    find: async (inputs) => {
      const RoleName = text(inputs, "name");
      return (await unlessMissing(iam.getRole({ RoleName }), missing)) === undefined ? undefined : RoleName;
    },
  };
}

function roleState(found: Role, known: Properties): Properties {
  return given({
    arn: found.Arn ?? "",
    assumeRolePolicy: policyState(
      known["assumeRolePolicy"],
      decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
    ),
    createDate: found.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z") ?? "",
    description: found.Description ?? "",
    forceDetachPolicies: isTrue(known, "forceDetachPolicies"),
    maxSessionDuration: found.MaxSessionDuration ?? 3600,
    name: found.RoleName ?? "",
    path: found.Path ?? "/",
    permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
    uniqueId: found.RoleId ?? "",
  });
}

async function detachAll({ iam }: Aws, RoleName: string): Promise<void> {
  const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName });
  for (const { PolicyArn } of AttachedPolicies) await iam.detachRolePolicy({ RoleName, PolicyArn });
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
  for (const PolicyName of PolicyNames) await iam.deleteRolePolicy({ RoleName, PolicyName });
}
