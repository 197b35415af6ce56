import { expect, test } from "@jest/globals";
import { parseSettings } from "../../../components/internal/settings.ts";
import { withDatabasePreparation } from "../../../components/web-app/database-preparation.ts";
import { appSpec } from "../../../components/web-app/spec.ts";
import { WebAppSettings } from "../../../components/web-app.settings.ts";
import { digest, parsed, place, sources } from "../../support/app-spec.ts";

const image = { registry: "ghcr", repository: "acme/team/api", tag: "1.2" };

test("the preparation of the databases is the first job, in the image of the operations", () => {
  const app = parsed({ services: { api: { image } }, jobs: { alembic: { image, kind: "preDeploy" } } });
  const operations = {
    registry: "ghcr",
    repository: "acme/operations",
    digest: digest("c"),
    credentials: { secret: "registry" },
  } as const;
  const prepared = withDatabasePreparation(app, operations, {
    shop: { owner: "shop_app", extensions: [] },
    main: { owner: "main_app", extensions: ["pg_trgm"] },
  });
  expect(appSpec(prepared, place, sources()).jobs).toEqual([
    {
      name: "prepare-database",
      kind: "PRE_DEPLOY",
      image: {
        registryType: "GHCR",
        registry: "acme",
        repository: "operations",
        digest: digest("c"),
        registryCredentials: "prepare-database#registry=registry",
      },
      runCommand: "node backup/main.ts prepare",
      instanceSizeSlug: "apps-s-1vcpu-0.5gb",
      instanceCount: 1,
      envs: [
        {
          key: "DATABASE_ADMIN_URL",
          scope: "RUN_TIME",
          type: "SECRET",
          value: "prepare-database.DATABASE_ADMIN_URL=databaseAdminUrl",
        },
        {
          key: "DATABASE_PREPARATION",
          scope: "RUN_TIME",

          value:
            '{"databases":[{"name":"main","owner":"main_app","extensions":["pg_trgm"]},{"name":"shop","owner":"shop_app","extensions":[]}]}',
        },
      ],
    },
    expect.objectContaining({ name: "alembic" }),
  ]);
  expect(withDatabasePreparation(app, undefined, { main: { owner: "main_app", extensions: [] } })).toBe(app);
  expect(withDatabasePreparation(app, operations, {})).toBe(app);
  expect(parseSettings(WebAppSettings, prepared, "app")).toEqual(prepared);
});
