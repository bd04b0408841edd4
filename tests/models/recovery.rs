//! Customers of known parameters: what was put in comes out, as surely as the
//! errors say, and what is foretold of them happens.

use guanxi::value::{Fit, Forecast, Question, Row, fit, fit_stages, model::find};

use super::simulate::{Leaving, Life, Simulator};

/// A model with its parameters and its story.
struct World {
    model: &'static str,
    k: Option<u32>,
    parameters: &'static [f64],
}

impl World {
    fn lives(&self, seed: u64, count: usize, end: f64) -> Vec<Life> {
        let p = self.parameters;
        let leaving = match self.model {
            "nbd" => Leaving::Never,
            "pareto-nbd" => Leaving::Pareto { s: p[2], beta: p[3] },
            name => {
                let first_too = name.starts_with("mbg");
                Leaving::Geometric { a: p[2], b: p[3], first_too }
            }
        };
        let mut simulator = Simulator::new(seed);
        let stages = self.k.unwrap_or(1);
        (0..count).map(|_| simulator.life((p[0], p[1]), stages, &leaving, end)).collect()
    }

    fn fit(&self, lives: &[Life], end: f64) -> Fit {
        let rows: Vec<Row> = lives.iter().map(|life| life.row(end)).collect();
        let fit = fit(&*find(self.model, self.k).unwrap(), &rows).unwrap();
        assert!(fit.converged, "{fit:?}");
        fit
    }
}

const WORLDS: [World; 6] = [
    World { model: "nbd", k: None, parameters: &[0.8, 9.0] },
    World { model: "bg-nbd", k: None, parameters: &[0.8, 6.0, 1.2, 3.0] },
    World { model: "mbg-nbd", k: None, parameters: &[0.9, 5.0, 0.9, 2.5] },
    World { model: "pareto-nbd", k: None, parameters: &[0.9, 6.0, 0.8, 12.0] },
    World { model: "bg-cnbd", k: Some(3), parameters: &[0.9, 2.0, 1.0, 3.0] },
    World { model: "mbg-cnbd", k: Some(2), parameters: &[0.9, 3.0, 0.9, 2.5] },
];

#[test]
fn parameters_are_found_again_as_surely_as_the_errors_say() {
    // 24 samples of 6 models, 3 or 4 parameters each: of some 530 intervals
    // that hold in 95 of 100 cases, fewer than 480 holding would happen in one
    // run of 10,000; the seeds are fixed.
    let (mut within, mut far, mut all) = (0, 0, 0);
    for world in &WORLDS {
        for seed in 0..24 {
            let fit = world.fit(&world.lives(seed, 1_500, 60.0), 60.0);
            for (estimate, &truth) in fit.estimates.iter().zip(world.parameters) {
                let spread = estimate.error.unwrap() / estimate.value;
                let off = ((estimate.value / truth).ln() / spread).abs();
                all += 1;
                within += usize::from(off <= 1.96);
                far += usize::from(off > 4.0);
            }
        }
    }
    assert!(all > 500 && far == 0, "{far} of {all} are over 4 errors off");
    let share = within as f64 / all as f64;
    assert!((0.925..=0.975).contains(&share), "{within} of {all}");
}

#[test]
fn what_is_foretold_happens() {
    for world in &WORLDS {
        let (end, horizon) = (40.0, 30.0);
        let lives = world.lives(7, 20_000, end + horizon);
        let forecast =
            Forecast::new(&*find(world.model, world.k).unwrap(), world.parameters).unwrap();
        let rows: Vec<Row> = lives.iter().map(|life| life.row(end)).collect();
        let question = Question { horizon, discount: 0.0, counts: 1 };
        let said = forecast.customers(&rows, &question, 2).unwrap();
        let expected: f64 = said.iter().map(|outlook| outlook.expected).sum();
        let later: f64 = said.iter().map(|outlook| outlook.alive_later).sum();
        let none: f64 = said.iter().map(|outlook| outlook.chances[0]).sum();
        let bought = lives.iter().map(|life| life.between(end, end + horizon));
        let came: f64 = bought.clone().map(|n| n as f64).sum();
        let squares: f64 =
            bought.clone().zip(&said).map(|(n, o)| (n as f64 - o.expected).powi(2)).sum();
        let stayed = lives.iter().filter(|life| life.alive).count() as f64;
        let idle = bought.filter(|&n| n == 0).count() as f64;
        let check = |what: &str, foretold: f64, happened: f64, error: f64| {
            let off = (foretold - happened).abs();
            assert!(off < 3.5 * error, "{}: {what} {foretold}, {happened}", world.model);
        };
        check("purchases", expected, came, squares.sqrt());
        let binomial = |of: fn(&guanxi::value::Outlook) -> f64| -> f64 {
            said.iter().map(|it| of(it) * (1.0 - of(it))).sum::<f64>().sqrt()
        };
        // Nobody ever leaves in some worlds, and then there is no doubt at all.
        check("alive", later, stayed, binomial(|it| it.alive_later).max(1e-6));
        check("idle", none, idle, binomial(|it| it.chances[0]));
        // Known parameters: the sum over customers is the increment of a newcomer's.
        let newcomer = |time: f64| forecast.newcomer(&Question::within(time)).unwrap().expected;
        let increment = (newcomer(end + horizon) - newcomer(end)) * lives.len() as f64;
        check("increment", increment, expected, 3.0 * squares.sqrt());
    }
}

#[test]
fn the_number_of_stages_is_found_again() {
    for (name, k) in [("bg-cnbd", 3), ("mbg-cnbd", 2)] {
        let world = WORLDS.iter().find(|world| world.model == name).unwrap();
        let rows: Vec<Row> =
            world.lives(3, 3_000, 60.0).iter().map(|life| life.row(60.0)).collect();
        let fits = fit_stages(name, &rows).unwrap();
        assert_eq!(fits[0].stages, Some(k));
        assert!(fits.windows(2).all(|pair| pair[0].log_likelihood >= pair[1].log_likelihood));
    }
}
