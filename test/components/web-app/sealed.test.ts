import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  ciphertexts,
  fingerprint,
  leavesDestinationsOut,
  location,
  opened,
  openSealed,
  resealed,
  type Sealed,
  sentValue,
  withDestinations,
} from "../../../components/web-app/sealed.ts";

const key = Buffer.alloc(32, 7).toString("base64");
const fresh: Sealed = { key, entries: {} };
const place = location.variable("api", "SECRET_KEY");

/** The form in which the SDK hands over a value with secrets inside an output. */
const wrapped = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const specWith = (value: string) => ({
  services: [{ name: "api", envs: [{ key: "SECRET_KEY", value, type: "SECRET" }] }],
});

describe("openSealed", () => {
  test.each([[undefined], [null], ["text"], [{}], [{ key: "", entries: {} }], [{ key, entries: { a: 1 } }]])(
    "starts anew, with a random key, from %j",
    (output) => {
      const one = openSealed(output);
      expect(one.entries).toEqual({});
      expect(Buffer.from(one.key, "base64")).toHaveLength(32);
      expect(openSealed(output).key).not.toBe(one.key);
    },
  );

  test("goes on with what the stack kept", () => {
    const kept = { key, entries: { [place]: { fingerprint: "f", ciphertext: "EV[1:a]" } } };
    expect(openSealed(kept)).toEqual(kept);
  });

  test("forgets ciphertexts and destinations, not the key, when everything is to be sent again", () => {
    const kept = {
      key,
      entries: { [place]: { fingerprint: "f", ciphertext: "EV[1:a]" } },
      destinations: { fingerprint: "g", appUpdatedAt: "1", isInState: false },
    };
    expect(openSealed(kept, true)).toEqual({ key, entries: {} });
  });
});

test("a fingerprint tells neither the text nor that two locations share it", () => {
  expect(fingerprint(key, "api.A", "text")).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprint(key, "api.A", "text")).not.toBe(fingerprint(key, "api.B", "text"));
  expect(fingerprint(key, "api.A", "text")).not.toBe(
    fingerprint(Buffer.alloc(32, 8).toString("base64"), "api.A", "text"),
  );
});

test("values are opened at any depth, wrapped or plain", () => {
  const value = { a: wrapped([wrapped("x"), { b: wrapped({ c: 1 }) }]), d: null, e: 2 };
  expect(opened(value)).toEqual({ a: ["x", { b: { c: 1 } }], d: null, e: 2 });
  expect(opened({ value: "no wrapper" })).toEqual({ value: "no wrapper" });
});

describe("ciphertexts", () => {
  const spec = {
    envs: [{ key: "WHOLE", value: "EV[1:whole]" }],
    staticSites: [{ name: "site", envs: [{ key: "A", value: "EV[1:site]" }] }],
    services: [
      {
        name: "api",
        image: { registryCredentials: "EV[1:registry]" },
        envs: [
          { key: "A", value: "EV[1:api]" },
          { key: "PLAIN", value: "plain" },
        ],
        logDestinations: [
          { name: "dog", datadog: { apiKey: "EV[1:dog]" } },
          { name: "tail", logtail: { token: "EV[1:tail]" } },
          { name: "search", openSearch: { basicAuth: { user: "u", password: "EV[1:search]" } } },
        ],
      },
    ],
    workers: [{ name: "worker" }],
    jobs: [{ name: "job", envs: [{ key: "A", value: "EV[1:job]" }] }],
  };
  const found = {
    ".WHOLE": "EV[1:whole]",
    "site.A": "EV[1:site]",
    "api.A": "EV[1:api]",
    "api#registry": "EV[1:registry]",
    "api#log.dog": "EV[1:dog]",
    "api#log.tail": "EV[1:tail]",
    "api#log.search": "EV[1:search]",
    "job.A": "EV[1:job]",
  };

  test("are found in every place of a spec, and plain values are not", () => {
    expect(Object.fromEntries(ciphertexts(spec))).toEqual(found);
  });

  test("are found in the wrapped form too", () => {
    expect(Object.fromEntries(ciphertexts({ ...spec, services: wrapped(spec.services) }))).toEqual(found);
  });

  test.each([[undefined], [null], ["spec"], [{ services: "none" }], [{ services: [null, { envs: {} }] }]])(
    "are none in %j",
    (odd) => {
      expect(ciphertexts(odd).size).toBe(0);
    },
  );
});

describe("an unchanged secret", () => {
  const sealed = resealed(fresh, { [place]: "one" }, specWith("EV[1:one]"));

  test("is sent as the platform's ciphertext, a changed one in clear", () => {
    expect(sentValue(fresh, place, "one")).toBe("one");
    expect(sentValue(sealed, place, "one")).toBe("EV[1:one]");
    expect(sentValue(sealed, place, "two")).toBe("two");
    expect(sentValue(sealed, location.variable("web", "SECRET_KEY"), "one")).toBe("one");
  });

  test("is not remembered where the platform gave no ciphertext", () => {
    expect(resealed(fresh, { [place]: "one" }, specWith("one"))).toEqual(fresh);
    expect(resealed(fresh, { [place]: "one" }, undefined)).toEqual(fresh);
  });

  test("stays to be sent after a run that left the app out", () => {
    expect(resealed(sealed, { [place]: "two" }, specWith("EV[1:one]"))).toEqual(sealed);
  });

  test("is never part of what is remembered", () => {
    expect(JSON.stringify(resealed(fresh, { [place]: "plaintext" }, specWith("EV[1:x]")))).not.toContain(
      "plaintext",
    );
  });
});

describe("alert destinations", () => {
  const app = (updatedAt: string, destinations?: { emails: string[] }) => ({
    updatedAt,
    spec: { services: [{ name: "api", alerts: [{ rule: "RESTART_COUNT", destinations }] }] },
  });
  const known = withDestinations(fresh, "to ops", app("1"));

  test("are known once the app was updated with them", () => {
    expect(leavesDestinationsOut(fresh, "to ops")).toBe(false);
    expect(leavesDestinationsOut(known, "to ops")).toBe(true);
    expect(leavesDestinationsOut(known, "to others")).toBe(false);
  });

  test("are repeated as long as the provider's state has them", () => {
    const inState = withDestinations(fresh, "to ops", app("1", { emails: ["ops@acme.example"] }));
    expect(inState.destinations?.isInState).toBe(true);
    expect(leavesDestinationsOut(inState, "to ops")).toBe(false);
    const ofApp = { updatedAt: "1", spec: wrapped({ alerts: wrapped([{ destinations: { emails: [] } }]) }) };
    expect(withDestinations(fresh, "to ops", ofApp).destinations?.isInState).toBe(true);
  });

  test("are read from a stack that did not know what the provider's state has", () => {
    const { isInState: _, ...before } = known.destinations ?? { isInState: false };
    expect(leavesDestinationsOut(openSealed({ ...known, destinations: before }), "to ops")).toBe(true);
  });

  test("are still to be sent after a run that left the app out", () => {
    const others = (updatedAt: string) => withDestinations(known, "to others", app(updatedAt));
    expect(leavesDestinationsOut(others("1"), "to others")).toBe(false);
    expect(leavesDestinationsOut(others("2"), "to others")).toBe(true);
  });

  test("stay known while the app changes for another reason", () => {
    const later = withDestinations(known, "to ops", app("2"));
    expect(later.destinations?.appUpdatedAt).toBe("2");
    expect(leavesDestinationsOut(later, "to ops")).toBe(true);
  });
});

/** The platform: it seals what comes in clear, keeps what it sealed, and knows what each ciphertext means. */
class Platform {
  private readonly meanings = new Map<string, string>();
  private count = 0;
  spec: Record<string, string> = {};
  updates = 0;

  update(wanted: Readonly<Record<string, string>>): void {
    this.updates += 1;
    this.spec = Object.fromEntries(
      Object.entries(wanted).map(([at, value]) => {
        if (value.startsWith("EV[")) return [at, value];
        this.count += 1;
        const ciphertext = `EV[1:${this.count}]`;
        this.meanings.set(ciphertext, value);
        return [at, ciphertext];
      }),
    );
  }

  inClear(): Record<string, string | undefined> {
    return Object.fromEntries(Object.entries(this.spec).map(([at, value]) => [at, this.meanings.get(value)]));
  }
}

const asOutput = (spec: Readonly<Record<string, string>>) => ({
  services: Object.entries(spec).map(([at, value]) => {
    const [name = "", variable = ""] = at.split(".");
    return { name, envs: [{ key: variable, value }] };
  }),
});

const wishes = fc.dictionary(
  fc.constantFrom("api.A", "api.B", "web.A", "job.A"),
  fc.constantFrom("one", "two", "three"),
  { minKeys: 1 },
);
type Step = { wish: Record<string, string>; fate: "up" | "failed" | "left out" | "outputs lost" };
/** No run leaves the app out right after one that failed: the one history that cannot be told from success. */
const steps = fc
  .array(
    fc.record<Step>({
      wish: wishes,
      fate: fc.constantFrom("up", "up", "failed", "left out", "outputs lost"),
    }),
    { maxLength: 12 },
  )
  .map((history) => {
    const open = (index: number): boolean =>
      history[index]?.fate === "failed" || (history[index]?.fate === "left out" && open(index - 1));
    return history.filter(({ fate }, index) => fate !== "left out" || !open(index - 1));
  });

test("after any history the platform gets exactly the secrets of the last run, and then silence", () => {
  fc.assert(
    fc.property(steps, wishes, (history, last) => {
      const platform = new Platform();
      let output: unknown;
      const run = (wish: Record<string, string>, fate: Step["fate"]) => {
        if (fate === "outputs lost") output = undefined;
        const before = openSealed(output);
        const wanted = Object.fromEntries(
          Object.entries(wish)
            .sort()
            .map(([at, text]) => [at, sentValue(before, at, text)]),
        );
        // The engine calls the platform only where the wish differs from what it knows.
        if (fate !== "left out" && JSON.stringify(wanted) !== JSON.stringify(platform.spec))
          platform.update(wanted);
        if (fate !== "failed") output = resealed(before, wish, asOutput(platform.spec));
      };
      run({ "api.A": "first" }, "up");
      for (const { wish, fate } of history) run(wish, fate);
      run(last, "up");
      expect(platform.inClear()).toEqual(last);
      const updates = platform.updates;
      run(last, "up");
      expect(platform.updates).toBe(updates);
    }),
  );
});
