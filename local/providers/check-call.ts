import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import { schemaFailures } from "./check.ts";
import { withDefaults } from "./defaults.ts";
import { inputMembers, nameOf } from "./requests.ts";
import type { CheckFailure, Properties } from "./resource.ts";
import { partsFor, type Session, withoutInternal } from "./session.ts";
import { hasUnknown, unwrap, wrap } from "./values.ts";

/** Refuses wrong inputs and fills in defaults. */
export async function check(session: Session, request: providerMessages.CheckRequest) {
  const urn = request.getUrn();
  const { resource, handler } = partsFor(session, urn);
  const { schema } = session;
  const news = unwrap(request.getNews());
  const proposed = request.getAutonaming()?.getProposedName();
  const complete = withDefaults(schema, resource, handler.defaults?.(news.properties) ?? news.properties, {
    name: nameOf(urn),
    seed: request.getRandomseed_asU8(),
    urn,
    oldInputs: unwrap(request.getOlds()).properties,
    ...(proposed === undefined || proposed === "" ? {} : { proposed }),
  });
  const failures = schemaFailures(schema, resource, complete, (path) => news.secrets.paths.has(path));
  const beyond = failures.length > 0 ? [] : (handler.check?.(withoutInternal(complete)) ?? []);
  const response = new providerMessages.CheckResponse();
  response.setInputs(wrap(complete, news.secrets, inputMembers(schema, resource)));
  response.setFailuresList(
    [...failures, ...beyond.filter((one) => isAboutKnown(one, complete))].map(({ property, reason }) => {
      const failure = new providerMessages.CheckFailure();
      // The engine prints the value beside a property's name, a secret's too; so the path is part of the text.
      failure.setReason(`${property}: ${reason}`);
      return failure;
    }),
  );
  return response;
}

/** What is said about a value that is not known yet says nothing. */
function isAboutKnown({ property }: CheckFailure, inputs: Properties): boolean {
  const steps = property.match(/[^.[\]]+/g) ?? [];
  let value: unknown = inputs;
  for (const step of steps) {
    if (typeof value !== "object" || value === null) break;
    value = (value as Properties)[step];
  }
  return value === undefined || !hasUnknown(value);
}
