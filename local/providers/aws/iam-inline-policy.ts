import type { Properties, ResourceHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";
import { unlessMissing } from "./errors.ts";
import { policyFaults, policyState, samePolicy, withPolicyText } from "./policies.ts";
import { text, unsupported } from "./values.ts";

const missing = "NoSuchEntity";

/** How the policies of one kind of identity are kept. */
interface Owner {
  /** The input that names the identity. */
  readonly property: "user" | "role";
  put(owner: string, PolicyName: string, PolicyDocument: string): Promise<unknown>;
  get(owner: string, PolicyName: string): Promise<{ PolicyDocument?: string | undefined }>;
  remove(owner: string, PolicyName: string): Promise<unknown>;
}

/** `aws:iam/userPolicy:UserPolicy` */
export function userPolicy({ iam }: Aws): ResourceHandler {
  return inlinePolicy({
    property: "user",
    put: (UserName, PolicyName, PolicyDocument) =>
      iam.putUserPolicy({ UserName, PolicyName, PolicyDocument }),
    get: (UserName, PolicyName) => iam.getUserPolicy({ UserName, PolicyName }),
    remove: (UserName, PolicyName) => iam.deleteUserPolicy({ UserName, PolicyName }),
  });
}

/** `aws:iam/rolePolicy:RolePolicy` */
export function rolePolicy({ iam }: Aws): ResourceHandler {
  return inlinePolicy({
    property: "role",
    put: (RoleName, PolicyName, PolicyDocument) =>
      iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument }),
    get: (RoleName, PolicyName) => iam.getRolePolicy({ RoleName, PolicyName }),
    remove: (RoleName, PolicyName) => iam.deleteRolePolicy({ RoleName, PolicyName }),
  });
}

/** A handler whose id is `<identity>:<policy>`. */
function inlinePolicy(owner: Owner): ResourceHandler {
  const { property } = owner;

  const read = async (id: string, known: Properties): Promise<Properties | undefined> => {
    const [identity, name] = splitId(id);
    const found = await unlessMissing(owner.get(identity, name), missing);
    if (found === undefined) return undefined;
    const policy = policyState(known["policy"], decodeURIComponent(found.PolicyDocument ?? ""));
    return { name, policy, [property]: identity };
  };

  const write = async (inputs: Properties): Promise<{ id: string; state: Properties }> => {
    const [identity, name] = [text(inputs, property), text(inputs, "name")];
    await owner.put(identity, name, text(inputs, "policy"));
    return {
      id: `${identity}:${name}`,
      state: { name, policy: text(inputs, "policy"), [property]: identity },
    };
  };

  return {
    defaults: (inputs) => withPolicyText(inputs, "policy"),
    check: (inputs) => [
      ...unsupported(inputs, { namePrefix: "give name, or leave both out for a made-up name" }),
      ...policyFaults(inputs, "policy"),
    ],
    equal: (name, old, wanted) => name === "policy" && samePolicy(old, wanted),
    create: write,
    read: async (id, inputs, known) => {
      const state = await read(id, { ...known, ...inputs });
      return state === undefined ? undefined : { id, state };
    },
    update: async (_id, inputs) => (await write(inputs)).state,
    delete: async (id) => {
      await unlessMissing(owner.remove(...splitId(id)), missing);
    },
    find: async (inputs) => {
      const id = `${text(inputs, property)}:${text(inputs, "name")}`;
      return (await read(id, inputs)) === undefined ? undefined : id;
    },
  };
}

function splitId(id: string): [identity: string, name: string] {
  const at = id.indexOf(":");
  return [id.slice(0, at), id.slice(at + 1)];
}
