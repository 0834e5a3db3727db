package relay

import (
	"context"
	"errors"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// How the lists of templates are read again after a failure.
const (
	templateRetry    = time.Minute
	templateRetryMax = time.Hour
)

// kindLists names the lists of templates.
const kindLists = "templates"

// listsAtOnce lets one account that answers slowly not keep the others waiting.
const listsAtOnce = 2

// listKind reads the lists that are due. Who does so at the same time, here or in
// another member, has another account.
func listKind(r *Relay) kind[numbers.TemplateClaim] {
	return kind[numbers.TemplateClaim]{
		name: kindLists, slots: listsAtOnce, pause: r.cfg.Pauses.Sweep,
		claim: func(ctx context.Context, _ string, _ int) (lot[numbers.TemplateClaim], error) {
			claim, ok, err := r.store.Templates.Claim(ctx)
			if err != nil || !ok {
				return lot[numbers.TemplateClaim]{}, err
			}
			return lot[numbers.TemplateClaim]{work: []numbers.TemplateClaim{claim}, more: true}, nil
		},
		run: func(ctx context.Context, claim *numbers.TemplateClaim) error {
			r.syncAccount(ctx, *claim)
			return nil
		},
	}
}

// syncAccount reads one list. When that fails the old one stays; its age is told.
func (r *Relay) syncAccount(ctx context.Context, claim numbers.TemplateClaim) {
	list, err := r.readTemplates(ctx, claim.Account)
	if err == nil {
		err = r.store.Templates.Replace(ctx, claim, list)
	}
	switch {
	case err == nil:
		r.metrics.templatesSynced("done")
	case ctx.Err() != nil: // the claim runs out, and another member goes on
	case errors.Is(err, persistence.ErrConflict):
		r.metrics.templatesSynced("overtaken")
	default:
		r.metrics.templatesSynced("failed")
		r.cfg.Logger.Warn("templates not read, the old list stays", "account_id", claim.Account, "error", err)
		if failed := r.store.Templates.Fail(ctx, claim, templateFailure(err), templatePause(err)); failed != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("failure of templates not noted", "account_id", claim.Account, "error", failed)
		}
	}
}

// templateFailure tells people why a list is old: what Meta says, or that it did
// not say anything. Names of our machines stay in the log.
func templateFailure(err error) string {
	failure, ok := errors.AsType[*cloudapi.SendError](err)
	switch {
	case errors.Is(err, errNoToken):
		return err.Error()
	case !ok || failure.Err != nil:
		return "the list could not be read"
	}
	return failure.Error()
}

var errNoToken = errors.New("no number of the account has an access token")

// readTemplates asks with the token of one number, and with the next one's if
// Meta does not take it.
func (r *Relay) readTemplates(ctx context.Context, account wa.AccountID) ([]numbers.Template, error) {
	readers, err := r.store.Numbers.Readers(ctx, account)
	if err != nil {
		return nil, err
	}
	err = errNoToken
	for i := range readers {
		var list []cloudapi.Template
		if list, err = r.cfg.Client.Templates(r.by(ctx, &readers[i]), account, readers[i].Token); err == nil {
			return storedTemplates(list), nil
		}
		if failure, ok := errors.AsType[*cloudapi.SendError](err); !ok || failure.Class != cloudapi.ClassAuthStop {
			return nil, err
		}
	}
	return nil, err
}

func storedTemplates(list []cloudapi.Template) []numbers.Template {
	stored := make([]numbers.Template, len(list))
	for i, t := range list {
		stored[i] = numbers.Template{
			Name: t.Name, Language: t.Language, MetaID: t.ID, Category: t.Category, Status: t.Status,
			Quality: t.Quality, Reason: t.Reason, Components: t.Components,
		}
	}
	return stored
}

// templatePause is how long to leave Meta alone after a failure.
func templatePause(err error) time.Duration {
	failure, ok := errors.AsType[*cloudapi.SendError](err)
	if !ok {
		return templateRetry
	}
	return min(max(failure.RetryAfter, templateRetry), templateRetryMax)
}

// templateWake says that the list of an account is not what Meta has, and what a
// webhook told of it, if one did.
type templateWake struct {
	account wa.AccountID
	news    cloudapi.TemplateNews
}

// wakeTemplates has the list of an account read again within seconds, and what is
// told of it applied before. Whether or not that succeeds, the list is read in ten
// minutes. A thousand sends may fail for one template: they wake it together.
func (r *Relay) wakeTemplates(account wa.AccountID, news cloudapi.TemplateNews) {
	_ = r.wakes.Put(r.work.Context(), templateWake{account, news}) // else the work has ended
}

// wakings wakes the lists of many at a time.
func (r *Relay) wakings() *persistence.Group[templateWake] {
	return persistence.NewGroup(persistence.GroupConfig[templateWake]{
		Lots: lotsThatWait, Do: r.wakeSome,
		Struck: func(p *persistence.Panic) { r.work.Struck("wakes", p) },
	})
}

func (r *Relay) wakeSome(ctx context.Context, some []*persistence.Ask[templateWake]) error {
	woken := make(map[wa.AccountID]bool)
	for _, one := range some {
		w := one.Of
		if w.news == (cloudapi.TemplateNews{}) {
			continue
		}
		if err := r.store.Templates.Change(ctx, w.account, numbers.TemplateChange(w.news)); err != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("news of a template not applied", "account_id", w.account, "error", err)
		}
	}
	for _, one := range some {
		w := one.Of
		if woken[w.account] {
			continue
		}
		woken[w.account] = true
		if err := r.store.Templates.Wake(ctx, w.account); err != nil && ctx.Err() == nil {
			r.cfg.Logger.Warn("list of templates not woken", "account_id", w.account, "error", err)
		}
	}
	return nil
}

// aboutTemplate says whether Meta refused a send because of its template: then the
// one that we know is not the one that Meta has.
func aboutTemplate(code int) bool { return code >= 132000 && code < 133000 }

// templateAge keeps what the gauge of the oldest list tells.
func (r *Relay) templateAge(ctx context.Context) {
	if age, err := r.store.Templates.Oldest(ctx); err == nil {
		r.metrics.templateAge.Store(int64(age.Seconds()))
	}
}
