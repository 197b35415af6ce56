import sodium from "libsodium-wrappers";
import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import { type Account, fetchRepositoryId, replacedRepository, unlessMissing } from "./account.ts";
import type { Json } from "./client.ts";
import { onceThere } from "./patience.ts";
import type { Scope } from "./scope.ts";
import { goTime } from "./times.ts";

const values = ["encryptedValue", "plaintextValue", "value", "valueEncrypted"] as const;

function checkValue(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (values.every((name) => inputs[name] === undefined)) {
    failures.push({
      property: "value",
      reason: `must be given, or one of ${values.filter((name) => name !== "value").join(", ")} in its place`,
    });
  }
  if (inputs.keyId !== undefined && inputs.valueEncrypted === undefined) {
    failures.push({ property: "keyId", reason: "must be given together with valueEncrypted" });
  }
  return failures;
}

/** The first of some inputs that is a text and not empty. */
function firstText(inputs: Properties, ...names: readonly string[]): string | undefined {
  const found = names.map((name) => inputs[name]).find((value) => typeof value === "string" && value !== "");
  return found as string | undefined;
}

async function sealed(plaintext: string, publicKey: string): Promise<string> {
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  return sodium.to_base64(
    sodium.crypto_box_seal(plaintext, sodium.from_base64(publicKey, ORIGINAL)),
    ORIGINAL,
  );
}

function timesOf(secret: Json | undefined): Properties {
  if (secret === undefined) return {};
  const updatedAt = goTime(secret.updated_at);
  return { createdAt: goTime(secret.created_at), updatedAt, remoteUpdatedAt: updatedAt };
}

/** `github.ActionsSecret` and `github.ActionsEnvironmentSecret`. */
export function secretHandler(account: Account, scope: Scope): ResourceHandler {
  const { client } = account;
  const path = (properties: Properties): string =>
    `${scope.secretsPath(properties)}/${properties.secretName}`;

  /** Sends the value, sealed by us unless it came sealed, and says with which key. */
  const write = async (place: Properties, inputs: Properties): Promise<string> => {
    const given = firstText(inputs, "valueEncrypted", "encryptedValue");
    const givenKey = firstText(inputs, "keyId");
    if (given !== undefined && givenKey !== undefined) {
      await client.send("PUT", path(place), { encrypted_value: given, key_id: givenKey });
      return givenKey;
    }
    const { body: key } = await client.get(`${scope.secretsPath(place)}/public-key`);
    const keyId = String(key.key_id);
    const plaintext = firstText(inputs, "value", "plaintextValue") ?? "";
    await client.send("PUT", path(place), {
      encrypted_value: given ?? (await sealed(plaintext, String(key.key))),
      key_id: keyId,
    });
    return keyId;
  };

  return {
    check: checkValue,
    replaces: (changed, state, inputs) => replacedRepository(account, changed, state, inputs),
    async create(inputs) {
      const repositoryId = await fetchRepositoryId(account, inputs.repository);
      const place = { ...inputs, repositoryId };
      const keyId = await write(place, inputs);
      const secret = await onceThere(() => client.get(path(place)));
      return {
        id: scope.idOf(inputs, String(inputs.secretName)),
        state: { ...place, keyId, ...timesOf(secret) },
      };
    },
    async read(id, _inputs, state) {
      const parsed = scope.parse(id, "secret_name");
      const repository = state.repository ?? parsed.place.repository;
      const place = {
        ...parsed.place,
        secretName: parsed.name,
        ...state,
        repositoryId: state.repositoryId ?? (await fetchRepositoryId(account, repository)),
      };
      const secret = await unlessMissing(client.get(path(place)));
      if (secret === undefined) return undefined;
      const now = timesOf(secret.body);
      // Times that were recorded stay, so that a write by somebody else shows as a newer remote time. The published
      // provider then plans nothing either: the value that was sent counts as the one that is there.
      return {
        id: scope.idOf(place, String(place.secretName)),
        state: {
          ...place,
          createdAt: state.createdAt ?? now.createdAt,
          updatedAt: state.updatedAt ?? now.updatedAt,
          remoteUpdatedAt: now.remoteUpdatedAt,
        },
      };
    },
    async update(_id, inputs, state) {
      const place = { ...inputs, repositoryId: state.repositoryId };
      const keyId = await write(place, inputs);
      const secret = await onceThere(() => client.get(path(place)));
      return { ...place, createdAt: state.createdAt, keyId, ...timesOf(secret) };
    },
    async delete(_id, state) {
      await client.send("DELETE", path(state));
    },
    async find(inputs) {
      const repositoryId = await unlessMissing(fetchRepositoryId(account, inputs.repository));
      if (repositoryId === undefined) return undefined;
      const secret = await unlessMissing(client.get(path({ ...inputs, repositoryId })));
      return secret === undefined ? undefined : scope.idOf(inputs, String(inputs.secretName));
    },
  };
}
