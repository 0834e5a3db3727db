package cluster

import "context"

// MemberDDL is the table that the tests' databases need.
const MemberDDL = memberDDL

// Crash ends the member as kill -9 would: its session and its connections break,
// its row stays.
func Crash(m *Member) {
	m.stopOnce.Do(func() {
		m.lease.lost.Store(true)
		m.cancel()
		m.background.Wait()
		m.dir.disconnect()
		m.net.close()
		m.system.Shutdown()
		m.workers.stop()
	})
}

// AskWithBody asks the owner of a grain, another member, with a body that this
// release could not have packed.
func AskWithBody(ctx context.Context, m *Member, kind, key, typ string, data []byte) (res error) {
	id := grainID{kind, key}
	p := m.view.Load().owner(id, id.hash())
	deadline, _ := ctx.Deadline()
	return m.net.ask(ctx, p, &ask{id: id, hash: id.hash(), body: packed{typ, data}, deadline: deadline}).err
}
