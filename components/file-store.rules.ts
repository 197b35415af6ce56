import { fileStoreProtectionFaults, originsOf } from "./file-store.settings.ts";
import type { Fault } from "./internal/faults.ts";
import type { StackRule } from "./internal/rules.ts";
import { inBlock, type Stack } from "./stack-rule.ts";
import { allComponents } from "./web-app/components.ts";
import { fileVariables } from "./web-app/files.ts";

/** What must hold between the files of users and the rest of a stack. */
export const fileStoreRules: readonly StackRule<Stack>[] = [
  {
    id: "files-protection",
    demands: "Files of users outlive a protected stack.",
    faults: ({ files, isProtected }) =>
      files === undefined ? [] : inBlock("files", fileStoreProtectionFaults(files, isProtected)),
  },
  {
    id: "files-components",
    demands: "Files of users are kept by components of the app, which leave their variables to slipway.",
    isPerEntry: true,
    looksUpNames: true,
    faults: fileUses,
  },
  {
    id: "files-origins",
    demands: "Somebody has said whose pages may use addresses that open files.",
    faults: ({ files, app }) =>
      files === undefined ||
      app === undefined ||
      files.origins !== undefined ||
      originsOf(files, app.domains).length > 0
        ? []
        : [
            {
              path: "files.origins",
              message:
                "must be set, since the app has no domain to take in its place: the sites whose pages use signed addresses, such as [https://shop.example], or [] for none",
            },
          ],
  },
  {
    id: "files-replica",
    demands: "A copy of the files is in another region, and in another bucket.",
    faults: copiesNearby,
  },
];

function fileUses({ files, app }: Stack): Fault[] {
  if (files === undefined) return [];
  if (app === undefined) return [{ path: "app", message: "must be set: files are kept by its components" }];
  const able = allComponents(app).filter(({ list }) => list !== "staticSites");
  const own = Object.keys(fileVariables(files));
  return files.components.flatMap((name, index) => {
    const component = able.find((one) => one.name === name);
    if (component === undefined)
      return [
        {
          path: `files.components[${index}]`,
          message: `must be a service, worker or job of the app: ${able.map((one) => one.name).join(", ") || "it has none"}`,
        },
      ];
    return own
      .filter((variable) => Object.hasOwn(component.settings.environment ?? {}, variable))
      .map((variable) => ({
        path: `app.${component.list}.${name}.environment.${variable}`,
        message: "must be left out: slipway sets it for a component that keeps files",
      }));
  });
}

function copiesNearby({ files, config }: Stack): Fault[] {
  const { replica, bucket } = files ?? {};
  const region = config["aws:region"] ?? "us-east-1";
  return [
    ...(replica?.region === region
      ? [
          {
            path: "files.replica.region",
            message: `must be another region than that of the files, ${region}: what loses one would lose both`,
          },
        ]
      : []),
    ...(replica?.bucket !== undefined && replica.bucket === bucket
      ? [{ path: "files.replica.bucket", message: "must be another bucket than files.bucket" }]
      : []),
  ];
}
