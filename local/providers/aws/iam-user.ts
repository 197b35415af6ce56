import type { User } from "@aws-sdk/client-iam";
import type { Properties, ResourceHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";
import { unlessMissing } from "./errors.ts";
import { surplusKeys, tagState, tagsFor } from "./tags.ts";
import { given, isTrue, text, textIfGiven } from "./values.ts";

const missing = "NoSuchEntity";

/** `aws:iam/user:User` */
export function user(aws: Aws): ResourceHandler {
  const { iam } = aws;

  const read = async (UserName: string, known: Properties): Promise<Properties | undefined> => {
    const found = await unlessMissing(iam.getUser({ UserName }), missing);
    if (found?.User === undefined) return undefined;
    const { Tags } = await iam.listUserTags({ UserName });
    return { ...userState(found.User, known), ...tagState(aws, Tags, known) };
  };

  const state = async (name: string, known: Properties): Promise<Properties> => {
    const found = await read(name, known);
    if (found === undefined) throw new Error(`the user ${name} was gone right after it was written`);
    return found;
  };

  return {
    create: async (inputs) => {
      const UserName = text(inputs, "name");
      await iam.createUser({
        UserName,
        Tags: tagsFor(aws, inputs),
        ...given({
          Path: textIfGiven(inputs, "path"),
          PermissionsBoundary: textIfGiven(inputs, "permissionsBoundary"),
        }),
      });
      return { id: UserName, state: await state(UserName, inputs) };
    },
    read: async (id, inputs, known) => {
      // A user keeps its first name as id, as in the published provider.
      const found = await read(textIfGiven(known, "name") ?? id, { ...known, ...inputs });
      return found === undefined ? undefined : { id, state: found };
    },
    update: async (_id, inputs, old) => {
      const from = text(old, "name");
      const UserName = text(inputs, "name");
      const path = textIfGiven(inputs, "path");
      if (from !== UserName || text(old, "path") !== path) {
        await iam.updateUser({
          UserName: from,
          ...(from === UserName ? {} : { NewUserName: UserName }),
          ...given({ NewPath: path }),
        });
      }
      const boundary = textIfGiven(inputs, "permissionsBoundary");
      if (boundary !== undefined)
        await iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary: boundary });
      else if (textIfGiven(old, "permissionsBoundary") !== undefined) {
        await iam.deleteUserPermissionsBoundary({ UserName });
      }
      const Tags = tagsFor(aws, inputs);
      const TagKeys = surplusKeys(old, Tags);
      if (TagKeys.length > 0) await iam.untagUser({ UserName, TagKeys });
      if (Tags.length > 0) await iam.tagUser({ UserName, Tags });
      return state(UserName, inputs);
    },
    delete: async (id, old) => {
      const UserName = textIfGiven(old, "name") ?? id;
      if (isTrue(old, "forceDestroy")) await unlessMissing(emptyUser(aws, UserName), missing);
      await unlessMissing(iam.deleteUser({ UserName }), missing);
    },
    find: async (inputs) => {
      const UserName = text(inputs, "name");
      return (await unlessMissing(iam.getUser({ UserName }), missing)) === undefined ? undefined : UserName;
    },
  };
}

function userState(found: User, known: Properties): Properties {
  return given({
    arn: found.Arn ?? "",
    forceDestroy: isTrue(known, "forceDestroy"),
    name: found.UserName ?? "",
    path: found.Path ?? "/",
    permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
    uniqueId: found.UserId ?? "",
  });
}

/** Takes away what keeps a user from being deleted. */
async function emptyUser({ iam }: Aws, UserName: string): Promise<void> {
  const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName });
  for (const { AccessKeyId } of AccessKeyMetadata) await iam.deleteAccessKey({ UserName, AccessKeyId });
  const { PolicyNames = [] } = await iam.listUserPolicies({ UserName });
  for (const PolicyName of PolicyNames) await iam.deleteUserPolicy({ UserName, PolicyName });
  const { AttachedPolicies = [] } = await iam.listAttachedUserPolicies({ UserName });
  for (const { PolicyArn } of AttachedPolicies) await iam.detachUserPolicy({ UserName, PolicyArn });
}
