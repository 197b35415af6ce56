import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Answer,
  appSpec,
  deployedApp,
  ended,
  type LocalDigitalOcean,
  localDigitalOcean,
  onlineCluster,
  serviceSpec,
} from "./server.ts";

let cloud: LocalDigitalOcean;
let deviations: string[];

beforeEach(async () => {
  cloud = await localDigitalOcean();
  deviations = cloud.deviations;
});

afterEach(async () => {
  await cloud.close();
  expect([...deviations, ...cloud.deviations]).toEqual([]);
});

const job = (name: string, kind: string): Record<string, unknown> => ({
  name,
  image: serviceSpec.image,
  kind,
});
const allJobs = {
  ...appSpec,
  jobs: [
    job("after", "POST_DEPLOY"),
    job("first", "PRE_DEPLOY"),
    job("second", "PRE_DEPLOY"),
    job("rescue", "FAILED_DEPLOY"),
  ],
};
const put = async (id: string, spec: unknown): Promise<Answer["body"]> => {
  const { app } = (await cloud.ask("PUT", `/v2/apps/${id}`, { spec })).body;
  return ended(cloud, id, app.pending_deployment.id);
};
const shown = async (id: string): Promise<Answer["body"]> =>
  (await cloud.ask("GET", `/v2/apps/${id}`)).body.app;
const log = async (app: string, deployment: string, component: string, type: string): Promise<string> => {
  const path = `/v2/apps/${app}/deployments/${deployment}/components/${component}/logs?type=${type}`;
  const { historic_urls: urls } = (await cloud.ask("GET", path)).body;
  return (await cloud.ask("GET", urls[0], undefined, { authorization: "" })).body ?? "";
};

describe("a deployment", () => {
  test("runs jobs before, serves, and runs jobs after, in the order of the spec", async () => {
    await deployedApp(cloud, allJobs);
    expect(cloud.apps.jobs.map(({ name }) => name)).toEqual(["first", "second", "after"]);
    expect(cloud.apps.served).toHaveLength(1);
  });

  test("is in progress while a job runs", async () => {
    const gate = Promise.withResolvers<void>();
    cloud.apps.gates["first"] = gate.promise;
    const { app } = (await cloud.ask("POST", "/v2/apps", { spec: allJobs })).body;
    const { app: during } = await cloud.until(
      `/v2/apps/${app.id}`,
      (body) => body.app.in_progress_deployment?.phase === "DEPLOYING",
    );
    const [build, deploy] = during.in_progress_deployment.progress.steps;
    expect([build.status, deploy.status, deploy.steps[1].steps[0].status]).toEqual([
      "SUCCESS",
      "RUNNING",
      "RUNNING",
    ]);
    gate.resolve();
    expect((await ended(cloud, app.id, app.pending_deployment.id)).phase).toBe("ACTIVE");
  });

  test("fails with a job before it, serves nothing, and runs the job for that case", async () => {
    const { active_deployment: before, id } = await deployedApp(cloud);
    cloud.apps.exitCodes["first"] = 3;
    const failed = await put(id, allJobs);
    expect([failed.phase, failed.progress.error_steps, failed.progress.steps[1].status]).toEqual([
      "ERROR",
      1,
      "ERROR",
    ]);
    expect(failed.progress.steps[1].steps[1].steps[0]).toMatchObject({
      name: "first",
      component_name: "first",
      status: "ERROR",
      reason: { code: "DeployContainerExitNonZero", message: 'job "first" ended with exit code 3' },
    });
    expect(cloud.apps.jobs.map(({ name }) => name)).toEqual(["first", "rescue"]);
    expect(cloud.apps.served).toHaveLength(1);
    expect((await shown(id)).active_deployment.id).toBe(before.id);
    expect(await log(id, failed.id, "first", "DEPLOY")).toBe("first first says hello\n");
    expect(await log(id, failed.id, "rescue", "RUN")).toBe(
      "rescue rescue says hello\nrescue ended with exit code 0\n",
    );
  });

  test("fails with a job after it, and what was served before is served again", async () => {
    const { active_deployment: before, id } = await deployedApp(cloud);
    cloud.apps.exitCodes["after"] = 1;
    const failed = await put(id, { ...allJobs, services: [{ ...serviceSpec, http_port: 9000 }] });
    expect(failed.phase).toBe("ERROR");
    expect(cloud.apps.served.map(({ components }) => components[0]?.httpPort)).toEqual([8080, 9000, 8080]);
    expect((await shown(id)).active_deployment.id).toBe(before.id);
  });

  test("fails when nothing can be served, and then nothing is", async () => {
    cloud.apps.failures["api"] = "/health did not answer";
    const { app } = (await cloud.ask("POST", "/v2/apps", { spec: appSpec })).body;
    const failed = await ended(cloud, app.id, app.pending_deployment.id);
    expect(failed.progress.steps[1].steps[1].steps[0].steps).toMatchObject([
      { name: "deploy", status: "SUCCESS" },
      { name: "wait", status: "ERROR", reason: { code: "InternalError", message: "/health did not answer" } },
    ]);
    expect(cloud.apps.stopped).toEqual([app.id]);
    expect((await shown(app.id)).active_deployment).toBeUndefined();
  });

  test("still ends as failed when what follows a failure fails as well", async () => {
    cloud.apps.exitCodes["first"] = 1;
    cloud.apps.runJob = async (one) => {
      if (one.name === "rescue") throw new Error("no process left");
      return { exitCode: 1, log: "", runsAs: "process" };
    };
    const { app } = (await cloud.ask("POST", "/v2/apps", { spec: allJobs })).body;
    const failed = await ended(cloud, app.id, app.pending_deployment.id);
    expect(failed.phase).toBe("ERROR");
    expect(await log(app.id, failed.id, "rescue", "DEPLOY")).toBe(
      "rescue could not be done: no process left\n",
    );
  });

  test("waits for the one before it", async () => {
    const gate = Promise.withResolvers<void>();
    cloud.apps.gates["first"] = gate.promise;
    const { app } = (await cloud.ask("POST", "/v2/apps", { spec: allJobs })).body;
    await cloud.until(`/v2/apps/${app.id}`, (body) => body.app.in_progress_deployment !== undefined);
    const { deployment } = (await cloud.ask("POST", `/v2/apps/${app.id}/deployments`, {})).body;
    expect((await shown(app.id)).pending_deployment.id).toBe(deployment.id);
    gate.resolve();
    expect((await ended(cloud, app.id, deployment.id)).phase).toBe("ACTIVE");
    expect((await ended(cloud, app.id, app.pending_deployment.id)).phase).toBe("SUPERSEDED");
  });

  test("can be canceled until it has ended", async () => {
    cloud.apps.gates["first"] = new Promise(() => {});
    const { app } = (await cloud.ask("POST", "/v2/apps", { spec: allJobs })).body;
    const path = `/v2/apps/${app.id}/deployments/${app.pending_deployment.id}`;
    await cloud.until(path, (body) => body.deployment.phase === "DEPLOYING");
    expect((await cloud.ask("POST", `${path}/cancel`)).body.deployment.phase).toBe("CANCELED");
    const again = await cloud.ask("POST", `${path}/cancel`);
    expect([again.status, again.body.message]).toEqual([
      400,
      "deployment in phase CANCELED cannot be canceled",
    ]);
    delete cloud.apps.gates["first"];
    expect((await put(app.id, appSpec)).phase).toBe("ACTIVE");
  });

  test("stops when its app is deleted", async () => {
    cloud.apps.gates["first"] = new Promise(() => {});
    const { app } = (await cloud.ask("POST", "/v2/apps", { spec: allJobs })).body;
    await cloud.until(`/v2/apps/${app.id}`, (body) => body.app.in_progress_deployment?.phase === "DEPLOYING");
    expect((await cloud.ask("DELETE", `/v2/apps/${app.id}`)).status).toBe(200);
    delete cloud.apps.gates["first"];
    expect((await deployedApp(cloud, allJobs)).active_deployment.phase).toBe("ACTIVE");
  });

  test("is made again by hand and by a restart", async () => {
    const { id } = await deployedApp(cloud);
    const again = (await cloud.ask("POST", `/v2/apps/${id}/deployments`, { force_build: true })).body
      .deployment;
    const restart = (await cloud.ask("POST", `/v2/apps/${id}/restart`, {})).body.deployment;
    expect([again.cause, restart.cause]).toEqual(["manual", "restart"]);
    expect((await ended(cloud, id, restart.id)).phase).toBe("ACTIVE");
  });

  test("is forgotten with its logs after twenty others", async () => {
    const { id, active_deployment: first } = await deployedApp(cloud);
    for (let index = 0; index < 21; index++) {
      const { deployment } = (await cloud.ask("POST", `/v2/apps/${id}/deployments`, {})).body;
      await ended(cloud, id, deployment.id);
    }
    expect((await cloud.ask("GET", `/v2/apps/${id}/deployments`)).body.meta.total).toBe(20);
    expect((await cloud.ask("GET", `/v2/apps/${id}/deployments/${first.id}`)).status).toBe(404);
  });
});

describe("logs", () => {
  test("are read by component and kind, and all together", async () => {
    const { id, active_deployment: active } = await deployedApp(cloud, {
      ...appSpec,
      jobs: [job("first", "PRE_DEPLOY")],
    });
    expect(await log(id, active.id, "api", "BUILD")).toBe("api nothing is built on this machine\n");
    expect(await log(id, active.id, "api", "RUN")).toBe(
      "api runs as a placeholder, the app answers at http://127.0.0.1:41000\n",
    );
    const { live_url: url } = (await cloud.ask("GET", `/v2/apps/${id}/logs?type=DEPLOY`)).body;
    expect((await cloud.ask("GET", url)).body).toBe("first first says hello\n");
    const of = (await cloud.ask("GET", `/v2/apps/${id}/components/first/logs?type=RUN`)).body;
    expect((await cloud.ask("GET", of.live_url)).body).toBe("first first says hello\n");
    const whole = (await cloud.ask("GET", `/v2/apps/${id}/deployments/${active.id}/logs?type=BUILD`)).body;
    expect((await cloud.ask("GET", whole.live_url)).body).toBe(
      "api nothing is built on this machine\nfirst nothing is built on this machine\n",
    );
  });

  test("fail for a component that is not there and for an address that was not signed", async () => {
    const { id, active_deployment: active } = await deployedApp(cloud);
    expect((await cloud.ask("GET", `/v2/apps/${id}/components/none/logs`)).status).toBe(404);
    expect((await cloud.ask("GET", `/app-logs/${active.id}/RUN/api?signature=x`)).status).toBe(404);
  });
});

describe("after the API was closed", () => {
  /** The same account in another process. */
  const reopened = async (): Promise<void> => {
    const { store, databases, apps } = cloud;
    await cloud.close();
    cloud = await localDigitalOcean({ store, databases, apps });
    await cloud.api.resume();
  };

  test("clusters and apps are started again and answer as before", async () => {
    const cluster = await onlineCluster(cloud);
    const databases = [{ name: "db", engine: "PG", production: true, cluster_name: "shop-db" }];
    const services = [{ ...serviceSpec, envs: [{ key: "PORT", value: "${db.PORT}" }] }];
    const app = await deployedApp(cloud, { ...appSpec, databases, services });
    await reopened();
    const { database } = (await cloud.ask("GET", `/v2/databases/${cluster.id}`)).body;
    expect(database).toEqual({
      ...cluster,
      connection: {
        ...cluster.connection,
        port: 40_002,
        uri: cluster.connection.uri.replace("40001", "40002"),
      },
      private_connection: {
        ...cluster.connection,
        port: 40_002,
        uri: cluster.connection.uri.replace("40001", "40002"),
      },
    });
    expect(await shown(app.id)).toEqual(app);
    expect(cloud.apps.served.map(({ components }) => components[0]?.environment.PORT)).toEqual([
      "40001",
      "40002",
    ]);
  });

  test("a deployment that had not ended is run from its beginning", async () => {
    cloud.apps.gates["second"] = new Promise(() => {});
    const { app } = (await cloud.ask("POST", "/v2/apps", { spec: allJobs })).body;
    await cloud.until(`/v2/apps/${app.id}`, () => cloud.apps.jobs.length === 2);
    delete cloud.apps.gates["second"];
    await reopened();
    expect((await ended(cloud, app.id, app.pending_deployment.id)).phase).toBe("ACTIVE");
    expect(cloud.apps.jobs.map(({ name }) => name)).toEqual(["first", "second", "first", "second", "after"]);
  });

  test("a cluster that was being made becomes online", async () => {
    cloud.databases.gate = new Promise(() => {});
    const { id } = (
      await cloud.ask("POST", "/v2/databases", {
        name: "slow",
        engine: "pg",
        size: "db-s-1vcpu-1gb",
        region: "nyc1",
        num_nodes: 1,
      })
    ).body.database;
    cloud.databases.gate = Promise.resolve();
    await reopened();
    const { database } = await cloud.until(
      `/v2/databases/${id}`,
      (body) => body.database.status === "online",
    );
    expect(database.connection.port).toBe(40_001);
  });

  test("an app that cannot be started again says so and keeps its deployment", async () => {
    const { id, active_deployment: active } = await deployedApp(cloud);
    cloud.apps.failures["api"] = "port taken";
    await reopened();
    expect((await shown(id)).active_deployment.id).toBe(active.id);
    const whole = (await cloud.ask("GET", `/v2/apps/${id}/logs?type=RUN`)).body;
    expect((await cloud.ask("GET", whole.live_url)).body).toContain(
      "could not be started again: port taken\n",
    );
    expect((await cloud.ask("GET", `/v2/apps/${id}/instances`)).body.instances).toEqual([]);
  });
});

describe("a rollback", () => {
  const versions = async (): Promise<{ id: string; first: string; second: string }> => {
    const { id, active_deployment: active } = await deployedApp(cloud);
    const second = await put(id, { ...appSpec, services: [{ ...serviceSpec, http_port: 9000 }] });
    return { id, first: active.id, second: second.id };
  };

  test("holds the app at an earlier deployment until it is committed", async () => {
    const { id, first } = await versions();
    const { deployment } = (await cloud.ask("POST", `/v2/apps/${id}/rollback`, { deployment_id: first }))
      .body;
    expect([deployment.cloned_from, deployment.cause_details]).toEqual([first, { type: "MANUAL_ROLLBACK" }]);
    expect((await ended(cloud, id, deployment.id)).phase).toBe("ACTIVE");
    expect(cloud.apps.served.at(-1)?.components[0]?.httpPort).toBe(8080);
    expect((await shown(id)).pinned_deployment.id).toBe(deployment.id);
    const refused = await cloud.ask("PUT", `/v2/apps/${id}`, { spec: appSpec });
    expect([refused.status, refused.body.message]).toEqual([
      409,
      `app "shop-dev" is pinned to deployment ${deployment.id} by a rollback: commit or revert it first`,
    ]);
    expect((await cloud.ask("POST", `/v2/apps/${id}/deployments`, {})).status).toBe(409);
    expect((await cloud.ask("POST", `/v2/apps/${id}/rollback/commit`)).status).toBe(200);
    const after = await shown(id);
    expect([after.pinned_deployment, after.spec]).toEqual([undefined, appSpec]);
  });

  test("is undone by reverting it", async () => {
    const { id, first } = await versions();
    await cloud.ask("POST", `/v2/apps/${id}/rollback`, { deployment_id: first });
    const { deployment } = (await cloud.ask("POST", `/v2/apps/${id}/rollback/revert`)).body;
    expect((await ended(cloud, id, deployment.id)).phase).toBe("ACTIVE");
    expect(cloud.apps.served.at(-1)?.components[0]?.httpPort).toBe(9000);
    const again = await cloud.ask("POST", `/v2/apps/${id}/rollback/revert`);
    expect([again.status, again.body.message]).toEqual([400, "the app is not pinned by a rollback"]);
  });

  test("leaves the app free when no pin is asked for", async () => {
    const { id, first } = await versions();
    await cloud.ask("POST", `/v2/apps/${id}/rollback`, { deployment_id: first, skip_pin: true });
    expect((await shown(id)).pinned_deployment).toBeUndefined();
  });

  test("is checked before, with what it cannot bring back for certain", async () => {
    const { id, first, second } = await versions();
    const validate = async (deployment: string): Promise<Answer["body"]> =>
      (await cloud.ask("POST", `/v2/apps/${id}/rollback/validate`, { deployment_id: deployment })).body;
    expect(await validate(first)).toEqual({
      valid: true,
      warnings: [
        {
          code: "image_source_missing_digest",
          message:
            "one or more components are missing an image digest and are not guaranteed rollback to the old version.",
          components: ["api"],
        },
      ],
    });
    expect((await validate(second)).error).toEqual({
      code: "incompatible_phase",
      message: 'deployment phase "ACTIVE" is unsuitable for rollback',
    });
    cloud.apps.exitCodes["first"] = 1;
    const failed = await put(id, allJobs);
    expect((await validate(failed.id)).error).toEqual({
      code: "incompatible_result",
      message: 'deployment result "failed" is unsuitable for rollback',
    });
    const refused = await cloud.ask("POST", `/v2/apps/${id}/rollback`, { deployment_id: failed.id });
    expect([refused.status, refused.body.message]).toEqual([
      400,
      'deployment result "failed" is unsuitable for rollback',
    ]);
    await put(id, { ...appSpec, region: "ams" });
    expect((await validate(first)).error.code).toBe("region_conflict");
    await put(id, { ...appSpec, databases: [{ name: "dev" }] });
    expect((await validate(first)).error.code).toBe("database_config_conflict");
    expect((await cloud.ask("POST", `/v2/apps/${id}/rollback`, { deployment_id: "x" })).body.message).toBe(
      'deployment_id: deployment "x" does not exist',
    );
  });
});
