import type { Properties, ResourceHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";
import { unlessMissing } from "./errors.ts";
import { surplusKeys, tagState, tagsFor } from "./tags.ts";
import { text, texts } from "./values.ts";

const missing = "NoSuchEntity";

/** `aws:iam/openIdConnectProvider:OpenIdConnectProvider`. Its outputs hold the address without `https://`, as AWS does. */
export function openIdConnectProvider(aws: Aws): ResourceHandler {
  const { iam } = aws;

  const read = async (arn: string, known: Properties): Promise<Properties | undefined> => {
    const found = await unlessMissing(
      iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }),
      missing,
    );
    if (found === undefined) return undefined;
    return {
      arn,
      clientIdLists: found.ClientIDList ?? [],
      thumbprintLists: found.ThumbprintList ?? [],
      url: found.Url ?? "",
      ...tagState(aws, found.Tags, known),
    };
  };

  const state = async (arn: string, known: Properties): Promise<Properties> => {
    const found = await read(arn, known);
    if (found === undefined) throw new Error(`the provider ${arn} was gone right after it was written`);
    return found;
  };

  return {
    check: (inputs) =>
      /^https:\/\//.test(text(inputs, "url"))
        ? []
        : [{ property: "url", reason: "must begin with https://" }],
    equal: (property, old, wanted) => property === "url" && withoutScheme(old) === withoutScheme(wanted),
    create: async (inputs) => {
      const { OpenIDConnectProviderArn: arn = "" } = await iam.createOpenIDConnectProvider({
        Url: text(inputs, "url"),
        ClientIDList: texts(inputs, "clientIdLists"),
        ThumbprintList: texts(inputs, "thumbprintLists"),
        Tags: tagsFor(aws, inputs),
      });
      return { id: arn, state: await state(arn, inputs) };
    },
    read: async (id, inputs, known) => {
      const found = await read(id, { ...known, ...inputs });
      return found === undefined ? undefined : { id, state: found };
    },
    update: async (id, inputs, old) => {
      const target = { OpenIDConnectProviderArn: id };
      const wanted = texts(inputs, "clientIdLists");
      const there = texts(old, "clientIdLists");
      for (const ClientID of wanted.filter((client) => !there.includes(client))) {
        await iam.addClientIDToOpenIDConnectProvider({ ...target, ClientID });
      }
      for (const ClientID of there.filter((client) => !wanted.includes(client))) {
        await iam.removeClientIDFromOpenIDConnectProvider({ ...target, ClientID });
      }
      const ThumbprintList = texts(inputs, "thumbprintLists");
      if (ThumbprintList.length > 0 && ThumbprintList.join() !== texts(old, "thumbprintLists").join()) {
        await iam.updateOpenIDConnectProviderThumbprint({ ...target, ThumbprintList });
      }
      const Tags = tagsFor(aws, inputs);
      const TagKeys = surplusKeys(old, Tags);
      if (TagKeys.length > 0) await iam.untagOpenIDConnectProvider({ ...target, TagKeys });
      if (Tags.length > 0) await iam.tagOpenIDConnectProvider({ ...target, Tags });
      return state(id, inputs);
    },
    delete: async (id) => {
      await unlessMissing(iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: id }), missing);
    },
    find: async (inputs) => {
      const { OpenIDConnectProviderList = [] } = await iam.listOpenIDConnectProviders({});
      const ending = `:oidc-provider/${withoutScheme(inputs["url"])}`;
      return OpenIDConnectProviderList.find(({ Arn }) => Arn?.endsWith(ending))?.Arn;
    },
  };
}

function withoutScheme(url: unknown): string {
  return String(url ?? "").replace(/^https:\/\//, "");
}
