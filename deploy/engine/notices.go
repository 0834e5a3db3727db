package engine

import (
	"fmt"
	"strings"

	"github.com/prosa-chat/prosa/actors/setting"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/mail"
	"github.com/prosa-chat/prosa/gateway/notify"
	"github.com/prosa-chat/prosa/persistence/config"
	"github.com/prosa-chat/prosa/persistence/notice"
)

// openMail reads the mail server; nil where none is named.
func openMail(server, from string) (*mail.Sender, error) {
	if server == "" && from == "" {
		return nil, nil
	}
	sender, err := mail.Open(server, from)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return sender, nil
}

// openNotices makes what tells administrators, and has it look and deliver until Close.
func (e *Engine) openNotices(c Config, o *Observation) (*notify.Notifier, error) {
	n, err := notify.New(notify.Config{
		Store: notice.New(e.Db.Pool, e.sealer), Mail: c.mailer, Origin: strings.TrimSuffix(c.PublicURL, "/"), Private: c.private(),
		Settings: func(tenant wa.TenantID) (setting.Notices, error) {
			holds, _, err := config.Held(e.settings, e.documents.Kinds().Notices, tenant)
			return holds, err
		},
		Logger: o.Log, Meter: o.meter,
	})
	if err != nil {
		return nil, fmt.Errorf("make notices: %w", err)
	}
	return n, nil
}
