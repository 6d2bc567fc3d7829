//! The type expressions of the native form: `long`, `hosting.web.Cron[]`, `map[string]text`,
//! `complexType.UnitAndValue<double>`, `coreTypes.AccountId:string`.
//!
//! They are only parsed here; `types` resolves them.

use std::collections::BTreeMap;
use std::fmt;

/// The largest number of levels; a real type has three.
const MAX_DEPTH: usize = 16;

/// A parsed type expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TypeExpr {
    /// A scalar, a model, or a model with types filled in.
    Name(String, Vec<TypeExpr>),
    /// A special name for a simpler type, behind the colon.
    Alias(String, Box<TypeExpr>),
    /// `T[]`, or `[]T` as it is written within maps.
    List(Box<TypeExpr>),
    /// `map[K]V`.
    Map(Box<TypeExpr>, Box<TypeExpr>),
}

impl TypeExpr {
    /// Parses an expression.
    ///
    /// # Errors
    /// The fault, to follow the expression itself.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut parser = Parser { rest: text.trim() };
        let expr = parser.expr(0)?;
        match parser.rest {
            "" => Ok(expr),
            _ => Err("goes on where a type should end"),
        }
    }

    /// Whether it is a mere name.
    pub(super) fn as_name(&self) -> Option<&str> {
        match self {
            Self::Name(name, arguments) if arguments.is_empty() => Some(name),
            _ => None,
        }
    }

    /// Returns the number of levels.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::Name(_, arguments) => {
                1 + arguments.iter().map(Self::depth).max().unwrap_or_default()
            }
            Self::Alias(_, inner) | Self::List(inner) => 1 + inner.depth(),
            Self::Map(key, value) => 1 + key.depth().max(value.depth()),
        }
    }

    /// Replaces names by other expressions.
    pub(super) fn replace(&self, with: &impl Fn(&str) -> Option<TypeExpr>) -> Self {
        match self {
            Self::Name(name, arguments) if arguments.is_empty() => {
                with(name).unwrap_or_else(|| self.clone())
            }
            Self::Name(name, arguments) => Self::Name(
                name.clone(),
                arguments.iter().map(|expr| expr.replace(with)).collect(),
            ),
            Self::Alias(name, base) => Self::Alias(name.clone(), Box::new(base.replace(with))),
            Self::List(item) => Self::List(Box::new(item.replace(with))),
            Self::Map(key, value) => {
                Self::Map(Box::new(key.replace(with)), Box::new(value.replace(with)))
            }
        }
    }

    /// The name of a schema for it, as OVHcloud writes those: `complexType.UnitAndValue_double`.
    ///
    /// How they write lists and maps that are filled in is not known: the ending is a guess, which
    /// nothing but the name depends on.
    pub(super) fn schema_name(&self) -> String {
        match self {
            Self::Name(name, arguments) => arguments.iter().fold(name.clone(), |mut flat, expr| {
                flat.push('_');
                flat.push_str(&expr.schema_name());
                flat
            }),
            Self::Alias(name, _) => name.clone(),
            Self::List(item) => format!("{}_list", item.schema_name()),
            Self::Map(_, value) => format!("{}_map", value.schema_name()),
        }
    }
}

/// The type arguments of a model, by type parameter.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope(pub(super) BTreeMap<String, TypeExpr>);

impl Scope {
    /// The argument of a type parameter.
    pub(super) fn get(&self, parameter: &str) -> Option<&TypeExpr> {
        self.0.get(parameter)
    }

    /// The expression with all type parameters replaced.
    pub(super) fn substitute(&self, expr: &TypeExpr) -> TypeExpr {
        expr.replace(&|name| self.get(name).cloned())
    }
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name, arguments) => {
                f.write_str(name)?;
                for (index, argument) in arguments.iter().enumerate() {
                    let before = if index == 0 { "<" } else { "," };
                    write!(f, "{before}{argument}")?;
                }
                f.write_str(if arguments.is_empty() { "" } else { ">" })
            }
            Self::Alias(name, base) => write!(f, "{name}:{base}"),
            Self::List(item) => write!(f, "{item}[]"),
            Self::Map(key, value) => write!(f, "map[{key}]{value}"),
        }
    }
}

/// `special:base`, where both sides may be lists or maps: the name belongs to the innermost type.
/// Where the two sides do not match, the base counts, which needs no explanation.
fn alias(special: TypeExpr, base: TypeExpr) -> TypeExpr {
    match (special, base) {
        (TypeExpr::List(special), TypeExpr::List(base)) => {
            TypeExpr::List(Box::new(alias(*special, *base)))
        }
        (TypeExpr::Map(key, special), TypeExpr::Map(_, base)) => {
            TypeExpr::Map(key, Box::new(alias(*special, *base)))
        }
        (TypeExpr::Map(key, special), base) => TypeExpr::Map(key, Box::new(alias(*special, base))),
        (TypeExpr::Name(name, none), base) if none.is_empty() => match base {
            TypeExpr::List(base) => {
                let special = TypeExpr::Name(name, none);
                TypeExpr::List(Box::new(alias(special, *base)))
            }
            base => TypeExpr::Alias(name, Box::new(base)),
        },
        (_, base) => base,
    }
}

/// The rest of the input.
struct Parser<'t> {
    rest: &'t str,
}

impl Parser<'_> {
    fn expr(&mut self, depth: usize) -> Result<TypeExpr, &'static str> {
        let left = self.expression(depth)?;
        if !self.eat(":") {
            return Ok(left);
        }
        Ok(alias(left, self.expr(depth + 1)?))
    }

    /// An expression up to its colon.
    fn expression(&mut self, depth: usize) -> Result<TypeExpr, &'static str> {
        if depth > MAX_DEPTH {
            return Err("is nested too deep");
        }
        if self.eat("[]") {
            return Ok(TypeExpr::List(Box::new(self.expression(depth + 1)?)));
        }
        if self.eat("map[") {
            let key = self.expr(depth + 1)?;
            if !self.eat("]") {
                return Err("has a `map[` without its `]`");
            }
            let value = self.expression(depth + 1)?;
            return Ok(TypeExpr::Map(Box::new(key), Box::new(value)));
        }
        let mut expr = TypeExpr::Name(self.name()?, Vec::new());
        if self.eat("<") {
            let mut arguments = vec![self.expr(depth + 1)?];
            while self.eat(",") {
                arguments.push(self.expr(depth + 1)?);
            }
            if !self.eat(">") {
                return Err("has a `<` without its `>`");
            }
            expr = TypeExpr::Name(expr.to_string(), arguments);
        }
        let mut lists = 0;
        while self.eat("[]") {
            lists += 1;
            if depth + lists > MAX_DEPTH {
                return Err("is nested too deep");
            }
            expr = TypeExpr::List(Box::new(expr));
        }
        Ok(expr)
    }

    fn name(&mut self) -> Result<String, &'static str> {
        let end = self.rest.find(['<', '>', ',', '[', ']', ':']);
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        match name.trim() {
            "" => Err("lacks a name"),
            name => Ok(name.to_owned()),
        }
    }

    fn eat(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_names_expressions() {
        for (text, written, flat) in [
            ("long", "long", "long"),
            (
                "hosting.web.Cron[]",
                "hosting.web.Cron[]",
                "hosting.web.Cron_list",
            ),
            ("string[][]", "string[][]", "string_list_list"),
            ("map[string]text[]", "map[string]text[]", "text_list_map"),
            (
                "map[string][]iam.resource.TagFilter",
                "map[string]iam.resource.TagFilter[]",
                "iam.resource.TagFilter_list_map",
            ),
            (
                "complexType.UnitAndValue<double>",
                "complexType.UnitAndValue<double>",
                "complexType.UnitAndValue_double",
            ),
            ("A < B<c> , d[] >", "A<B<c>,d[]>", "A_B_c_d_list"),
            (
                "coreTypes.AccountId:string[]",
                "coreTypes.AccountId:string[]",
                "coreTypes.AccountId_list",
            ),
            ("a.Id[]:long[]", "a.Id:long[]", "a.Id_list"),
            ("a.Id:b.Id:long", "a.Id:b.Id:long", "a.Id"),
            ("a.Ids[]:string", "string", "string"),
            (
                "map[string]map[string]a.Id:map[string]map[string]long",
                "map[string]map[string]a.Id:long",
                "a.Id_map_map",
            ),
        ] {
            let expr = TypeExpr::parse(text).expect(text);
            assert_eq!(
                (expr.to_string(), expr.schema_name()),
                (written.into(), flat.into())
            );
            let again = TypeExpr::parse(written).expect(written);
            assert_eq!(again.schema_name(), flat, "{text}");
        }
        assert_eq!(TypeExpr::parse("A<B<c>[]>").expect("good").depth(), 4);
    }

    #[test]
    fn refuses_malformed_expressions() {
        for text in [
            "",
            " ",
            "[]",
            "map[string]",
            "map[string",
            "A<",
            "A<b",
            "A<>",
            "A<b,>",
            "A>",
            "a]",
            "a[b]",
            "a[]b",
            ":string",
            "a:",
            "<a>",
        ] {
            TypeExpr::parse(text).expect_err(text);
        }
        for deep in [
            format!("a{}", "[]".repeat(100_000)),
            format!("{}a", "[]".repeat(100_000)),
            format!("{}a", "map[string]".repeat(100_000)),
            format!("{}a{}", "A<".repeat(100_000), ">".repeat(100_000)),
            format!("{}a", "a:".repeat(100_000)),
        ] {
            assert_eq!(TypeExpr::parse(&deep), Err("is nested too deep"));
        }
    }
}
