package live

import (
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// A stream without sockets stays a while for a page that is loaded anew; that of an erased
// tenant does not.
func TestErasedTenantIsFollowedNoMore(t *testing.T) {
	t.Parallel()
	h := &Hub{tenants: map[wa.TenantID]*tenantStream{}, sockets: map[*client]struct{}{}}
	for _, tenant := range []wa.TenantID{"t1", "t2"} {
		ts := newTenantStream(h, tenant)
		ts.idleSince = time.Now()
		h.tenants[tenant] = ts
	}
	gone, stays := h.tenants["t1"], h.tenants["t2"]
	gone.sockets = 1
	h.TenantGone("t1")
	h.TenantGone("t3") // of whom nobody is here
	if h.retire(gone) {
		t.Error("retired while a socket is open, which makes no other stream then")
	}
	gone.sockets = 0
	if !h.retire(gone) || h.tenants["t1"] != nil {
		t.Error("it is followed on")
	}
	if h.retire(stays) || h.tenants["t2"] == nil {
		t.Error("another tenant's went with it")
	}
}
