import type { Rule } from "../internal/rules.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { attachmentNames } from "./attachments.ts";
import { commandFault, plainSecretIn } from "./commands.ts";
import { allComponents, usedDatabases } from "./components.ts";
import { destinationRules } from "./destinations.ts";
import { domainRules } from "./domain.rules.ts";
import { ingressRules } from "./ingress.rules.ts";
import { secretKeyFor } from "./secret-keys.ts";
import { variableRules } from "./variable.rules.ts";

/** A rule that looks at every command of an app. */
const commandRule = (
  id: string,
  demands: string,
  fault: (command: string) => string | undefined,
): Rule<WebAppSettings> => ({
  id,
  demands,
  isPerEntry: true,
  faults: (app) =>
    allComponents(app).flatMap(({ list, name, settings }) =>
      (["buildCommand", "runCommand"] as const).flatMap((setting) => {
        const command =
          setting in settings ? (settings as { runCommand?: string })[setting as "runCommand"] : undefined;
        const message = command === undefined ? undefined : fault(command);
        return message === undefined ? [] : [{ path: [list, name, setting], message }];
      }),
    ),
});

/** A variable's name for what an option is called: `DB_PASSWORD` for `db-password`. */
const envName = (name: string) => name.replaceAll("-", "_").toUpperCase();

const componentRules: readonly Rule<WebAppSettings>[] = [
  {
    id: "some-component",
    demands: "An app has at least one component.",
    faults: (app) =>
      allComponents(app).length === 0 ? [{ path: [], message: "must have at least one component" }] : [],
  },
  {
    id: "component-once",
    demands: "No two components have one name.",
    isPerEntry: true,
    faults(app) {
      const components = allComponents(app);
      return components.flatMap(({ list, name }, index) => {
        const first = components.findIndex((other) => other.name === name);
        if (first === index) return [];
        const message = `must have a name of its own: ${components[first]?.list} has one called ${name} too`;
        return [{ path: [list, name], message }];
      });
    },
  },
  {
    id: "database-name",
    demands: "No component has the name under which a database is part of the app.",
    isPerEntry: true,
    faults(app) {
      const attached = Object.values(attachmentNames(usedDatabases(app)));
      return allComponents(app)
        .filter(({ name }) => attached.includes(name))
        .map(({ list, name }) => ({
          path: [list, name],
          message: "must have another name: the app's database is called so",
        }));
    },
  },
  commandRule("vain-command", "No command asks for what the platform does not do.", commandFault),
  commandRule("command-secret", "No command holds a secret in plain text.", (command) => {
    const name = plainSecretIn(command);
    return (
      name &&
      `must not hold ${name} in plain text: write environment.${envName(name)} as { secret: ${secretKeyFor(envName(name))} } and use $${envName(name)} here`
    );
  }),
];

/** What must hold between the parts of an app, each part being right in itself. */
export const appRules: readonly Rule<WebAppSettings>[] = [
  ...componentRules,
  ...domainRules,
  ...ingressRules,
  ...variableRules,
  ...destinationRules,
];
