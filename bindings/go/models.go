package guanxi

// #include "bridge.h"
import "C"

// Cbs is how often, how recently and for how much each customer bought, as columns.
//
// Review.Cbs makes one.
type Cbs struct {
	*Table
	// Report says in audit what became of every purchase, in excluded who has no row
	// and why, and in scores where scores are cut and how many customers have each.
	Report Answer
}

// Cbs gives how often, how recently and for how much each customer bought: a row for
// each who bought to the end of the calibration, with id, frequency, recency, T,
// monetary, log_gaps, and where they are asked for holdout_frequency and the scores r, f,
// m.
//
// The definition is a JSON document of which all but calibration_end may be left out:
//
//	{"purchases": "purchase", "amount": "amount", "refunds": "return.amount",
//	 "grain": "day", "unit": "week", "day_starts": "4:00",
//	 "calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "scores": 5}
//
// Counted are all facts that the review was made from, up to the days that are named.
//
// Errors: invalid_argument; with all faults of the definition unknown_name, 2001 to 2014.
func (r *Review) Cbs(definition string) (*Cbs, error) {
	var report *C.gx_bytes
	table, err := newTable(func(array *C.struct_ArrowArray, schema *C.struct_ArrowSchema, fail **C.gx_error) C.int32_t {
		return C.gx_review_cbs(r.c(), chars(definition), size(definition), array, schema, &report, fail)
	}, r.held())
	if err != nil {
		return nil, err
	}
	return &Cbs{table, Answer(takenBytes(report))}, nil
}

// Model is a model of customer value.
type Model string

// The models that Fit and Predict know; those with a C have K stages.
const (
	NBD        Model = "nbd"
	BGNBD      Model = "bg-nbd"
	MBGNBD     Model = "mbg-nbd"
	ParetoNBD  Model = "pareto-nbd"
	BGCNBD     Model = "bg-cnbd"
	MBGCNBD    Model = "mbg-cnbd"
	GammaGamma Model = "gamma-gamma"
)

// FitOptions say how a model is fitted.
type FitOptions struct {
	// K is the number of stages of BGCNBD and MBGCNBD; 0: some are tried.
	K int `json:"k,omitempty"`
	// Language is that of reasons.
	Language Language `json:"-"`
}

// Fit fits a model of customer value to customers in few numbers.
//
// The customers are columns in memory, as Review.Cbs gives them: frequency, recency, T,
// and where the model reads them monetary and log_gaps; weight says for how many
// customers a row stands.
//
// The answer has params, standard_errors, intervals_95, covariance_log, log_likelihood,
// aic, bic, converged, and in limit the simpler model that this one has become, if it
// has.
//
// Errors: bad_parameters, missing_column, bad_cell, impossible_history,
// malformed_column, with places as rows:3/recency.
func Fit(model Model, customers Columnar, options FitOptions) (Answer, error) {
	question, err := asked("fit", struct {
		Model Model `json:"model"`
		FitOptions
	}{model, options})
	return fitted(question, err, customers, options.Language)
}

func fitted(question string, err error, rows Columnar, language Language) (Answer, error) {
	return withTables([]Given{{Rows: rows}}, func(rows *C.gx_table, used []*handle) (Answer, error) {
		if err != nil {
			return nil, err
		}
		return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
			return C.gx_model_fit(chars(question), size(question), rows, language.number(), out, fail)
		}, used...)
	})
}

// LeadOptions say how leads are learnt from.
type LeadOptions struct {
	// Outcome is the column of 1 for who bought and 0 for who did not; empty: outcome.
	Outcome string `json:"outcome,omitempty"`
	// L2 is how much weights are drawn to zero.
	L2 float64 `json:"l2"`
	// Holdout is the share that is held out to be judged by; nil: 0.3.
	Holdout *float64 `json:"holdout,omitempty"`
	// Language is that of notes.
	Language Language `json:"-"`
}

// FitLeads learns who of those who have not bought yet will.
//
// The leads are columns in memory: id, an outcome (missing where it is open), weight
// where there is one, and a column of numbers for each factor, missing where one is not
// known. The answer has the weights with their standard errors, in tested how those
// held out were told, and the axis of a playbook that scores leads so.
//
// Errors: invalid_argument, missing_column, bad_cell, nothing_to_fit, with places as
// rows:3/visits.
func FitLeads(leads Columnar, options LeadOptions) (Answer, error) {
	question, err := asked("fit", struct {
		Model Model `json:"model"`
		LeadOptions
	}{"lead", options})
	return fitted(question, err, leads, options.Language)
}

// PredictOptions say what is asked of a model.
type PredictOptions struct {
	// Horizon is how far ahead, in the unit of time of the rows.
	Horizon float64 `json:"horizon"`
	// K is the number of stages, as of FitOptions.
	K int `json:"k,omitempty"`
	// Spend are the parameters of GammaGamma; nil: nothing is said of money.
	Spend map[string]float64 `json:"spend,omitempty"`
	// Discount is the continuous rate for a unit of time; nil: nothing is discounted.
	Discount *float64 `json:"discount,omitempty"`
	// PMF is the greatest number of purchases whose probability is asked; nil: none is.
	PMF *int `json:"pmf,omitempty"`
	// Threads to use, up to 1024, which change no answer; 0: one.
	Threads int `json:"-"`
	// Language is that of reasons.
	Language Language `json:"-"`
}

// Prediction is the future of each customer, as columns: id, p_alive, expected, with a
// model of spending spend and clv, p_alive_later, discounted, residual, with spending
// lifetime_value, and p_0, p_1, ... where they were asked for.
type Prediction struct {
	*Table
	// Report has totals, the future of a newcomer, and by which convention money is
	// counted.
	Report Answer
}

// Predict asks a fitted model about the future of each customer.
//
// The params are what Fit gave; the customers are columns as for Fit.
//
// Errors: as Fit, and invalid_argument.
func Predict(model Model, params map[string]float64, customers Columnar, options PredictOptions) (*Prediction, error) {
	question, err := asked("predict", struct {
		Model  Model              `json:"model"`
		Params map[string]float64 `json:"params"`
		PredictOptions
	}{model, params, options})
	return withTables([]Given{{Rows: customers}}, func(rows *C.gx_table, used []*handle) (*Prediction, error) {
		if err != nil {
			return nil, err
		}
		threads, err := threadsOf(options.Threads)
		if err != nil {
			return nil, err
		}
		var report *C.gx_bytes
		table, err := newTable(func(array *C.struct_ArrowArray, schema *C.struct_ArrowSchema, fail **C.gx_error) C.int32_t {
			return C.gx_model_predict(chars(question), size(question), rows, options.Language.number(), threads,
				array, schema, &report, fail)
		}, used...)
		if err != nil {
			return nil, err
		}
		return &Prediction{table, Answer(takenBytes(report))}, nil
	})
}
