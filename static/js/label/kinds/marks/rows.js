// @ts-check
// Nodes that follow a list: what stayed keeps its node, so that removing one of many stays cheap.

/**
 * @template Mark, Node
 * @param {{nodes: Node[], shown: Mark[], marks: Mark[]}} lists
 * @param {{make: (n: number) => Node, fill: (n: number, mark: Mark) => void, drop: (node: Node) => void}} work
 * @returns {number} the first place that differs
 */
export const follow = ({ nodes, shown, marks }, { make, fill, drop }) => {
  let start = 0;
  while (start < marks.length && start < shown.length && marks[start] === shown[start]) start += 1;
  let same = 0;
  const most = Math.min(marks.length, shown.length) - start;
  while (same < most && marks[marks.length - 1 - same] === shown[shown.length - 1 - same]) same += 1;
  const [was, is] = [shown.length - same, marks.length - same];
  for (const node of nodes.splice(is, Math.max(was - is, 0))) drop(node);
  for (let n = was; n < is; n += 1) nodes.splice(n, 0, make(n));
  for (let n = start; n < is; n += 1) fill(n, marks[n]);
  return start;
};
