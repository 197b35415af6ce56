import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Fastify, { type FastifyInstance } from "fastify";
import { apiDescription, watchTraffic } from "./openapi.ts";

const description = apiDescription({
  openapi: "3.0.3",
  paths: {
    "/things/{id}": {
      get: { responses: { "200": { $ref: "#/components/responses/thing" }, "204": {} } },
      put: {
        requestBody: {
          content: { "application/json": { schema: { $ref: "#/components/schemas/thing" } } },
        },
        responses: { default: { $ref: "#/components/responses/thing" } },
      },
    },
    "/things/newest": {
      get: {
        responses: {
          "200": { content: { "application/json": { schema: { type: "string", nullable: true } } } },
        },
      },
    },
  },
  components: {
    responses: {
      thing: { content: { "application/json": { schema: { $ref: "#/components/schemas/thing" } } } },
    },
    schemas: {
      thing: {
        type: "object",
        required: ["id", "name", "password"],
        additionalProperties: false,
        properties: {
          id: { type: "integer", readOnly: true },
          name: { type: "string" },
          password: { type: "string", writeOnly: true },
          size: { type: "string", enum: ["s", "l"], nullable: true },
          owner: { nullable: true, allOf: [{ $ref: "#/components/schemas/owner" }] },
          made_at: { type: "string", format: "date-time" },
        },
      },
      owner: { type: "object", required: ["login"], properties: { login: { type: "string" } } },
    },
  },
});

describe("the check of bodies against an API description", () => {
  test.each([
    ["a whole reply", 200, { id: 1, name: "a", size: "s", owner: { login: "x" } }],
    ["null where the description allows it", 200, { id: 1, name: "a", size: null, owner: null }],
    ["a reply without a body", 204, undefined],
    ["a refusal that the description leaves out", 404, { message: "no" }],
  ])("accepts %s", (_title, status, body) => {
    expect(description.replyFaults("GET", "/things/1", status, body)).toEqual([]);
  });

  test.each([
    [200, { name: "a" }, ["GET /things/{id} 200: body must have required property 'id'"]],
    [
      200,
      { id: 1, name: null, size: "m", owner: {}, made_at: "now", more: 1 },
      [
        "GET /things/{id} 200: body must NOT have additional properties (more)",
        "GET /things/{id} 200: /name must be string",
        "GET /things/{id} 200: /size must be equal to one of the allowed values",
        "GET /things/{id} 200: /owner must be null",
        "GET /things/{id} 200: /owner must have required property 'login'",
        "GET /things/{id} 200: /owner must match a schema in anyOf",
        'GET /things/{id} 200: /made_at must match format "date-time"',
      ],
    ],
    [204, {}, ["GET /things/{id} 204 has no body"]],
    [201, {}, ["GET /things/{id} does not answer 201"]],
  ])("fails for a reply %i %j", (status, body, faults) => {
    expect(description.replyFaults("GET", "/things/1", status, body)).toEqual(faults);
  });

  test("knows what belongs into requests only, and what into replies only", () => {
    expect(description.requestFaults("PUT", "/things/1", { name: "a", password: "p" })).toEqual([]);
    expect(description.requestFaults("PUT", "/things/1", { name: "a" })).toEqual([
      "PUT /things/{id} request: body must have required property 'password'",
    ]);
    expect(description.replyFaults("PUT", "/things/1", 418, { id: 1, name: "a" })).toEqual([]);
  });

  test("prefers the path without parameters", () => {
    expect(description.replyFaults("GET", "/things/newest", 200, null)).toEqual([]);
    expect(description.replyFaults("GET", "/things/newest", 200, 3)).toEqual([
      "GET /things/newest 200: body must be string,null",
    ]);
  });

  test("fails for what the description does not have", () => {
    expect(description.replyFaults("GET", "/other", 200, {})).toEqual(["/other is not in the description"]);
    expect(description.requestFaults("POST", "/things/1", {})).toEqual([
      "POST /things/{id} is not in the description",
    ]);
    expect(description.requestFaults("GET", "/things/1", {})).toEqual(["GET /things/{id} takes no body"]);
    expect(() => apiDescription({})).toThrow("an API description must have paths");
  });
});

describe("the watch over a server's traffic", () => {
  let server: FastifyInstance;
  let faults: string[];
  beforeAll(async () => {
    server = Fastify();
    faults = watchTraffic(server, description, {
      prefix: /^\/v1/,
      ignore: (method) => method === "DELETE",
    });
    server.put("/v1/things/:id", async (request, reply) =>
      reply.code((request.params as { id: string }).id === "0" ? 404 : 200).send({ id: 1, name: 2 }),
    );
    server.delete("/v1/things/:id", async () => ({}));
    await server.ready();
  });
  afterAll(() => server.close());

  test("collects the faults of replies and of accepted requests", async () => {
    await server.inject({ method: "PUT", url: "/v1/things/1?x=1", payload: { name: "a" } });
    await server.inject({ method: "PUT", url: "/v1/things/0", payload: { name: "a" } });
    await server.inject({ method: "DELETE", url: "/v1/things/1" });
    expect(faults).toEqual([
      "PUT /things/{id} 200: /name must be string",
      "PUT /things/{id} request: body must have required property 'password'",
      "PUT /things/{id} 404: /name must be string",
    ]);
  });
});
