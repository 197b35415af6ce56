import { expect, test } from "@jest/globals";
import { uriOf } from "../../../../local/providers/digitalocean/databases/connection.ts";

const connection = { user: "doadmin", database: "defaultdb", host: "db.example", port: 25060 };
const uri = (host: string) => `postgresql://doadmin:given@${host}/defaultdb?sslmode=require`;
const address = { ...connection, uri: uri("db.example:25060") };

test("an address has the password that is told, else the one that is known", () => {
  expect(uriOf({ ...address, password: "told" }, "known")).toBe(
    "postgresql://doadmin:told@db.example:25060/defaultdb?sslmode=require",
  );
  expect(uriOf({ ...address, password: "" }, "known")).toBe(
    "postgresql://doadmin:known@db.example:25060/defaultdb?sslmode=require",
  );
});

test("the address of a cluster that is being made stays as it is, though it has no host", () => {
  expect(uriOf({ ...connection, host: "", port: 0, uri: uri(":0") }, undefined)).toBe(uri(":0"));
});
