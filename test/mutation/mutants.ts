import ts from "typescript/lib/typescript.js";

/** One small change of a source file. */
export interface Mutant {
  line: number;
  start: number;
  end: number;
  replacement: string;
}

const swaps = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
  [ts.SyntaxKind.QuestionQuestionToken, "&&"],
  [ts.SyntaxKind.PlusToken, "-"],
  [ts.SyntaxKind.MinusToken, "+"],
  [ts.SyntaxKind.AsteriskToken, "/"],
  [ts.SyntaxKind.SlashToken, "*"],
]);

const methods: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  filter: "map",
  startsWith: "endsWith",
};

/** Every mutant of a file: turned comparisons and conditions, other values, and entries, calls and bodies left out. */
export function mutantsOf(source: string): Mutant[] {
  const file = ts.createSourceFile("file.ts", source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const put = (node: ts.Node, replacement: string) => {
    const start = node.getStart(file);
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    if (source.slice(start, node.end) !== replacement)
      mutants.push({ line, start, end: node.end, replacement });
  };
  const visit = (node: ts.Node): void => {
    if (
      ts.isImportDeclaration(node) ||
      ts.isExportDeclaration(node) ||
      ts.isTypeNode(node) ||
      ts.isInterfaceDeclaration(node)
    )
      return;
    if (ts.isTypeAliasDeclaration(node)) return;
    mutate(node, put);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}

function mutate(node: ts.Node, put: (node: ts.Node, replacement: string) => void): void {
  if (ts.isBinaryExpression(node)) {
    const swapped = swaps.get(node.operatorToken.kind);
    if (swapped !== undefined) put(node.operatorToken, swapped);
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) put(node, "false");
  else if (node.kind === ts.SyntaxKind.FalseKeyword) put(node, "true");
  else if (ts.isStringLiteral(node)) put(node, node.text === "" ? '"mutant"' : '""');
  else if (ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)) put(node, '""');
  else if (ts.isNumericLiteral(node)) put(node, String(Number(node.text) + 1));
  else if (ts.isRegularExpressionLiteral(node)) {
    const { text } = node;
    if (text.startsWith("/^")) put(node, `/${text.slice(2)}`);
    if (/\$\/[a-z]*$/.test(text)) put(node, text.replace(/\$(\/[a-z]*)$/, "$1"));
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    put(node, node.operand.getText());
  else if (ts.isConditionalExpression(node) || ts.isIfStatement(node)) {
    const condition = ts.isIfStatement(node) ? node.expression : node.condition;
    put(condition, "true");
    put(condition, "false");
  } else if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent)) {
    const swapped = methods[node.name.text];
    if (swapped !== undefined) put(node.name, swapped);
  } else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) put(element, "...[]");
  else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) put(node.body, "undefined");
  else if (ts.isBlock(node) && node.statements.length > 0) put(node, "{}");
}
