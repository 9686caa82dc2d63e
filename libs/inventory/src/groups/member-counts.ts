/**
 * The devices of `device_group g` by origin. All are counted in the index of the group, and those that are deleted,
 * archived or merged are subtracted: they are few, and so nothing is read for each of the others.
 */
export const COUNTS = `
  SELECT (a.matched - i.matched)::int AS matched, (a.included - i.included)::int AS included,
    (a.excluded - i.excluded)::int AS excluded
  FROM (
    SELECT count(*) FILTER (WHERE m.origin = 'matched') AS matched,
      count(*) FILTER (WHERE m.origin = 'included') AS included,
      count(*) FILTER (WHERE m.origin = 'excluded') AS excluded
    FROM group_member m WHERE m.group_id = g.id
  ) a, (
    SELECT count(*) FILTER (WHERE m.origin = 'matched') AS matched,
      count(*) FILTER (WHERE m.origin = 'included') AS included,
      count(*) FILTER (WHERE m.origin = 'excluded') AS excluded
    FROM device d JOIN group_member m ON m.device_id = d.id WHERE d.state <> 'active' AND m.group_id = g.id
  ) i`;
