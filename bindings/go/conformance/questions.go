package main

import (
	"encoding/json"

	"guanxi"
)

// nothing is no keys but `ask`.
type nothing struct{}

type who struct {
	Segment  string `json:"segment"`
	Customer string `json:"customer"`
}

type segment struct {
	Segment string `json:"segment"`
}

type customer struct {
	Customer string `json:"customer"`
}

type page struct {
	After int64 `json:"after,omitempty"`
	Limit int   `json:"limit,omitempty"`
}

type query struct {
	Query     json.RawMessage `json:"query"`
	AsWritten bool            `json:"as_written,omitempty"`
}

// methods are those of the package that ask questions, by the verb and what is asked.
var methods = map[string]method{
	"segment list": ofSegments(func(s guanxi.Segments, call asked, _ nothing) (guanxi.Answer, error) {
		return s.List(call.language)
	}),
	"segment members": ofSegments(func(s guanxi.Segments, call asked, of segment) (guanxi.Answer, error) {
		return s.Members(of.Segment, call.language)
	}),
	"segment explain": ofSegments(func(s guanxi.Segments, call asked, of who) (guanxi.Answer, error) {
		return s.Explain(of.Segment, of.Customer, call.language)
	}),
	"segment history": ofSegments(func(s guanxi.Segments, _ asked, of who) (guanxi.Answer, error) {
		return s.History(of.Segment, of.Customer)
	}),
	"segment leaving": ofSegments(func(s guanxi.Segments, _ asked, of struct {
		Segment string `json:"segment"`
		Within  string `json:"within,omitempty"`
	}) (guanxi.Answer, error) {
		return s.Leaving(of.Segment, of.Within)
	}),
	"segment overlap": ofSegments(func(s guanxi.Segments, _ asked, of struct {
		Segments []string `json:"segments,omitempty"`
	}) (guanxi.Answer, error) {
		return s.Overlap(of.Segments...)
	}),
	"segment diff":        ofBoth(guanxi.Segments.Diff),
	"segment diff_review": ofBoth(guanxi.Segments.DiffReview),
	"segment review": ofSegments(func(s guanxi.Segments, _ asked, of struct {
		MeasuredFrom string `json:"measured_from,omitempty"`
	}) (guanxi.Answer, error) {
		return s.Review(of.MeasuredFrom)
	}),
	"segment audience": ofSegments(func(s guanxi.Segments, _ asked, of guanxi.Audience) (guanxi.Answer, error) {
		return s.Audience(of)
	}),

	"value value": ofValues(func(v guanxi.Values, call asked, of struct {
		Top int `json:"top"`
	}) (guanxi.Answer, error) {
		return v.Everybody(of.Top, call.language)
	}),
	"value tier": ofValues(func(v guanxi.Values, call asked, of customer) (guanxi.Answer, error) {
		return v.Tier(of.Customer, call.language)
	}),
	"value tiers": ofValues(func(v guanxi.Values, _ asked, of struct {
		Since string `json:"from"`
	}) (guanxi.Answer, error) {
		return v.Moves(of.Since)
	}),

	"kpi list": ofKpis(func(k guanxi.Kpis, call asked, _ nothing) (guanxi.Answer, error) {
		return k.List(call.language)
	}),
	"kpi value": ofKpis(func(k guanxi.Kpis, call asked, of guanxi.KpiValue) (guanxi.Answer, error) {
		return k.Value(of, call.language)
	}),
	"kpi scorecard": ofKpis(func(k guanxi.Kpis, call asked, of struct {
		Scorecards []string `json:"scorecards,omitempty"`
		Period     string   `json:"period,omitempty"`
	}) (guanxi.Answer, error) {
		return k.Scorecard(of.Period, call.language, of.Scorecards...)
	}),
	"kpi why": ofKpis(func(k guanxi.Kpis, call asked, of struct {
		Kpi   string   `json:"kpi"`
		Since string   `json:"from"`
		To    string   `json:"to"`
		By    []string `json:"by"`
	}) (guanxi.Answer, error) {
		return k.Why(of.Kpi, of.Since, of.To, of.By, call.language)
	}),
	"kpi order_value": ofKpis(func(k guanxi.Kpis, call asked, of guanxi.OrderValue) (guanxi.Answer, error) {
		return k.OrderValue(of, call.language)
	}),

	"collision collide": ofCollisions(func(c guanxi.Collisions, call asked, of struct {
		Row map[string]any `json:"row"`
	}) (guanxi.Answer, error) {
		return c.Collide(of.Row, call.language)
	}),
	"collision same": ofCollisions(func(c guanxi.Collisions, call asked, of customer) (guanxi.Answer, error) {
		return c.Same(of.Customer, call.language)
	}),
	"collision scan": ofCollisions(func(c guanxi.Collisions, call asked, _ nothing) (guanxi.Answer, error) {
		return c.Scan(call.language)
	}),

	"condition authoring": by(func(h *host, call asked, _ nothing) (guanxi.Answer, error) {
		return h.playbook.Authoring(call.language)
	}),
	"condition say": by(func(h *host, call asked, of guanxi.Condition) (guanxi.Answer, error) {
		return h.playbook.Say(of, call.language)
	}),
	"condition complete": by(func(h *host, call asked, of struct {
		Expression string `json:"expression"`
		At         *int   `json:"at,omitempty"`
	}) (guanxi.Answer, error) {
		return h.playbook.Complete(of.Expression, of.At, call.language)
	}),
	"condition import": by(func(h *host, call asked, of query) (guanxi.Answer, error) {
		return h.playbook.ImportQuery(of.Query, of.AsWritten, call.language)
	}),
	"condition export": by(func(h *host, call asked, of struct {
		guanxi.Condition
		Like json.RawMessage `json:"like,omitempty"`
	}) (guanxi.Answer, error) {
		return h.playbook.ExportQuery(of.Condition, of.Like, call.language)
	}),
	"condition match": by(func(h *host, call asked, of struct {
		query
		Records json.RawMessage `json:"records"`
	}) (guanxi.Answer, error) {
		return h.playbook.MatchQuery(of.Query, of.Records, of.AsWritten, call.language)
	}),

	"follow advance": by(func(h *host, call asked, of page) (guanxi.Answer, error) {
		return h.followed().Advance(when(call.asOf), of.Limit, call.language)
	}),
	"follow adopt": by(func(h *host, call asked, _ nothing) (guanxi.Answer, error) {
		return h.followed().Adopt(when(call.asOf), call.language)
	}),
	"follow changes": by(func(h *host, _ asked, of page) (guanxi.Answer, error) {
		return h.followed().Changes(of.After, of.Limit)
	}),
	"follow effects": by(func(h *host, _ asked, of page) (guanxi.Answer, error) {
		return h.followed().Effects(of.After, of.Limit)
	}),
	"follow ack": by(func(h *host, _ asked, of struct {
		Ids []string `json:"ids"`
	}) (guanxi.Answer, error) {
		return h.followed().Ack(of.Ids...)
	}),
	"follow recompute": by(func(h *host, _ asked, _ nothing) (guanxi.Answer, error) {
		return h.followed().Recompute()
	}),
	"follow audit_trail": by(func(h *host, _ asked, of guanxi.AuditTrail) (guanxi.Answer, error) {
		return h.followed().AuditTrail(of)
	}),
	"follow restrict": by(func(h *host, call asked, of guanxi.Restriction) (guanxi.Answer, error) {
		return h.followed().Restrict(of, when(call.asOf))
	}),
	"follow lift_restriction": by(func(h *host, call asked, of guanxi.Restriction) (guanxi.Answer, error) {
		return h.followed().LiftRestriction(of, when(call.asOf))
	}),
	"follow restrictions": by(func(h *host, _ asked, _ nothing) (guanxi.Answer, error) {
		return h.followed().Restrictions()
	}),

	"feed feeds": by(func(h *host, _ asked, _ nothing) (guanxi.Answer, error) {
		return h.store.Feeds(h.playbook).List()
	}),
	"feed reconcile": by(func(h *host, call asked, of struct {
		Figures json.RawMessage `json:"figures"`
	}) (guanxi.Answer, error) {
		return h.store.Feeds(h.playbook).Reconcile(of.Figures, call.language)
	}),
	"feed sync": by(func(h *host, call asked, of struct {
		guanxi.Sync
		Mapping json.RawMessage `json:"mapping"`
	}) (guanxi.Answer, error) {
		of.Sync.Mapping, of.Sync.Language = string(of.Mapping), call.language
		return h.store.Feeds(h.playbook).Sync(guanxi.JSONLines(or(call.third)), when(call.knownAt), of.Sync)
	}),
}

func (h *host) followed() guanxi.Followed { return h.store.Follow(h.playbook) }

func ofSegments[K any](ask func(guanxi.Segments, asked, K) (guanxi.Answer, error)) method {
	return ofStore((*guanxi.Store).Segments, ask)
}

func ofValues[K any](ask func(guanxi.Values, asked, K) (guanxi.Answer, error)) method {
	return ofStore((*guanxi.Store).Values, ask)
}

func ofKpis[K any](ask func(guanxi.Kpis, asked, K) (guanxi.Answer, error)) method {
	return ofStore((*guanxi.Store).Kpis, ask)
}

func ofCollisions[K any](ask func(guanxi.Collisions, asked, K) (guanxi.Answer, error)) method {
	return ofStore((*guanxi.Store).Collisions, ask)
}

// ofStore asks what a store makes for both instants.
func ofStore[N, K any](
	made func(*guanxi.Store, *guanxi.Playbook, guanxi.When, guanxi.When) (N, error),
	ask func(N, asked, K) (guanxi.Answer, error),
) method {
	return by(func(h *host, call asked, keys K) (guanxi.Answer, error) {
		noun, err := made(h.store, h.playbook, when(call.asOf), when(call.knownAt))
		if err != nil {
			return nil, err
		}
		return ask(noun, call, keys)
	})
}

// ofBoth asks about two playbooks, if there is another.
func ofBoth(ask func(guanxi.Segments, *guanxi.Playbook) (guanxi.Answer, error)) method {
	both := ofSegments(func(s guanxi.Segments, call asked, _ nothing) (guanxi.Answer, error) {
		other, err := guanxi.NewPlaybook(*call.second)
		if err != nil {
			return nil, err
		}
		defer other.Close()
		return ask(s, other)
	})
	return func(h *host, call asked) (guanxi.Answer, error, bool) {
		if call.second == nil {
			return nil, nil, false
		}
		return both(h, call)
	}
}
