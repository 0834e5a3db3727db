package journal

import "github.com/prosa-chat/prosa/actors/ledger"

// auditSQL tells the audit what an append did that administrators are to know of. Its
// lines commit with the append, or not at all: no takeover without its line.
const auditSQL = `, audited AS (
	INSERT INTO audit (tenant_id, by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name, before, after)
	SELECT ok.tenant_id, l.by_kind, l.by_id, l.by_name, l.address, l.client, l.action, l.object_kind, l.object_id, l.object_name, l.before, l.after
	FROM unnest(%1::int[], %2::text[], %3::text[], %4::text[], %5::text[], %6::text[], %7::text[], %8::text[], %9::text[], %10::text[],
		%11::jsonb[], %12::jsonb[])
		AS l(i, by_kind, by_id, by_name, address, client, action, object_kind, object_id, object_name, before, after)
	JOIN ok ON ok.i = l.i
)`

// auditColumns are the lines of a batch, of which most have none.
type auditColumns struct {
	i                                        []int32
	byKind, byID, byName, address, client    []string
	action, objectKind, objectID, objectName []string
	before, after                            [][]byte
}

func (c *auditColumns) reset() {
	c.i = c.i[:0]
	for _, texts := range c.texts() {
		*texts = (*texts)[:0]
	}
	c.before, c.after = c.before[:0], c.after[:0]
}

func (c *auditColumns) texts() []*[]string {
	return []*[]string{&c.byKind, &c.byID, &c.byName, &c.address, &c.client, &c.action, &c.objectKind, &c.objectID, &c.objectName}
}

func (c *auditColumns) add(i int32, l *ledger.AuditLine) {
	c.i = append(c.i, i)
	values := []string{l.ByKind, l.ByID, l.ByName, l.Address, l.Client, l.Action, l.ObjectKind, l.ObjectID, l.ObjectName}
	for n, texts := range c.texts() {
		*texts = append(*texts, values[n])
	}
	c.before, c.after = append(c.before, l.Before), append(c.after, l.After)
}

func (c *auditColumns) args() []any {
	args := []any{c.i}
	for _, texts := range c.texts() {
		args = append(args, *texts)
	}
	return append(args, c.before, c.after)
}
