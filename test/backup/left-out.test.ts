import { expect, test } from "@jest/globals";
import { parted } from "../../backup/left-out.ts";

test("what a restore leaves out is named once, and nothing is left out for a name that reads like it", () => {
  const restored = [
    "1; 2615 1 SCHEMA - SUBSCRIPTION - a app",
    "2; 1259 2 TABLE public DATABASE - shop app",
    "3; 0 0 COMMENT - SCHEMA DATABASE app",
    "4; 0 0 ACL public TABLE DATABASE app",
    "5; 6104 3 PUBLICATION - SUBSCRIPTION app",
  ];
  const leftOut = [
    "6; 1262 4 DATABASE - shop doadmin",
    "7; 0 0 DATABASE PROPERTIES - shop doadmin",
    "8; 0 0 ACL - DATABASE shop doadmin",
    "9; 0 0 COMMENT - DATABASE shop doadmin",
    "10; 0 0 SECURITY LABEL - DATABASE shop doadmin",
    "11; 6100 5 SUBSCRIPTION - of production doadmin",
    '12; 0 0 COMMENT - SUBSCRIPTION "of production" doadmin',
    '13; 0 0 SECURITY LABEL - SUBSCRIPTION "of production" doadmin',
    "14; 0 0 SUBSCRIPTION TABLE - of production thing doadmin",
    "15; 0 0 ACL - DATABASE shop other",
  ];
  expect(parted([...leftOut, ...restored])).toEqual({
    restored,
    leftOut: [
      "comment on the database",
      "rights on the database",
      "security label of the database",
      "settings of the database",
      "subscription of production",
    ],
  });
  expect(parted([])).toEqual({ restored: [], leftOut: [] });
});
